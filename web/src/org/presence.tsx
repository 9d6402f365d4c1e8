/** How presence is said. */
import { useTranslation } from 'react-i18next';
import type { Member } from '@/api';
import { useNow } from '@/lib';
import styles from './presence.module.css';

const minuteMs = 60_000;

/** `2 小时`, `3 days`: how long ago, in the largest unit that is not zero. */
export function ago(ms: number): { unit: 'minutes' | 'hours' | 'days'; count: number } {
  const minutes = Math.max(1, Math.floor(ms / minuteMs));
  if (minutes < 60) return { unit: 'minutes', count: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? { unit: 'hours', count: hours } : { unit: 'days', count: Math.floor(hours / 24) };
}

export function usePresenceWords(): (member: Member) => string {
  const { t } = useTranslation('org');
  const now = useNow(minuteMs);
  return (member) => {
    if (member.disabled) return t('presence.disabled');
    if (member.presence === 'online' || member.presence === 'in_meeting')
      return t(`presence.${member.presence}`);
    if (member.last_seen_at === null) return t(`presence.${member.presence}`);
    const { unit, count } = ago(now - member.last_seen_at);
    return t(`presence.${member.presence}For`, { time: t(`time.${unit}`, { count }) });
  };
}

export function PresenceWords({ member }: { member: Member }) {
  const words = usePresenceWords();
  return (
    <span className={styles.presence} data-presence={member.disabled ? 'offline' : member.presence}>
      {words(member)}
    </span>
  );
}
