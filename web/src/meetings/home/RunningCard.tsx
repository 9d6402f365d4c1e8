/** A meeting that runs: live dot, how long, who is in, and the way in. */
import { useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { Share2, UserPlus, Video } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useActs } from '@/app';
import { duration, useNow } from '@/lib';
import { AvatarStack, IconButton, SoftButton } from '@/ui';
import type { Meeting } from '../api';
import styles from './Home.module.css';

type Props = { meeting: Meeting; solid: boolean; onInvite: (meeting: Meeting) => void };

export function RunningCard({ meeting, solid, onInvite }: Props) {
  const { t } = useTranslation('meetings');
  const router = useRouter();
  const now = useNow();
  const { share } = useActs();
  const faces = (meeting.participants ?? []).map((one) => ({
    id: one.name,
    name: one.name,
    src: one.avatar_url,
  }));
  const Join = solid ? Button : SoftButton;
  return (
    <article className={styles.card}>
      <header>
        <i aria-hidden="true" />
        {t('prejoin.running')}
        <time>{meeting.started_at === null ? '' : duration(now - meeting.started_at)}</time>
      </header>
      <h3>{meeting.title}</h3>
      <footer>
        {faces.length > 0 ? (
          <AvatarStack people={faces} size={26} total={meeting.participants_count} />
        ) : null}
        <span>{t('home.people', { count: meeting.participants_count })}</span>
        <IconButton
          icon={Share2}
          label={t('home.share')}
          onClick={() => void share({ kind: 'meetings.meeting', id: meeting.id, title: meeting.title })}
        />
        <IconButton icon={UserPlus} label={t('home.invite')} onClick={() => onInvite(meeting)} />
        <Join
          type="primary"
          icon={<Video size={16} strokeWidth={1.75} />}
          onClick={() => router.history.push(`/m/${meeting.number}`)}
        >
          {t('home.go')}
        </Join>
      </footer>
    </article>
  );
}
