/** People in rows: one stop of the keyboard, arrows inside, more of them as one scrolls. */
import { Checkbox } from 'antd';
import { MessageCircle, Phone, Video } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Member, useMe } from '@/api';
import { useNarrow } from '@/lib';
import { Avatar, IconButton, Tag } from '@/ui';
import { useCalling } from './calling';
import styles from './MemberList.module.css';
import { useMessaging } from './messaging';
import { PresenceWords } from './presence';

type Props = {
  members: Member[];
  headId?: string | null;
  selected: string | null;
  onSelect: (id: string) => void;
  /** Ids ticked, while several are being chosen. */
  ticked: ReadonlySet<string> | null;
  onTick: (member: Member) => void;
  more: boolean;
  onMore: () => void;
};

type RowProps = Omit<Props, 'members' | 'more' | 'onMore'> & { member: Member; focusable: boolean };

function RowActs({ member, focusable }: { member: Member; focusable: boolean }) {
  const { t } = useTranslation('org');
  const { call, busy } = useCalling();
  const messaging = useMessaging();
  const person = [{ id: member.id, name: member.name }];
  const stop = { disabled: busy, tabIndex: focusable ? 0 : -1 };
  return (
    <span className={styles.acts}>
      <IconButton
        icon={MessageCircle}
        label={t('card.message')}
        {...stop}
        disabled={messaging.busy}
        onClick={() => void messaging.open((acts) => acts.messagePerson(member.id))}
      />
      <IconButton
        icon={Phone}
        label={t('card.audio')}
        {...stop}
        onClick={() => void call(person, { audioOnly: true })}
      />
      <IconButton
        icon={Video}
        label={t('card.video')}
        {...stop}
        onClick={() => void call(person, { audioOnly: false })}
      />
    </span>
  );
}

function Row({ member, focusable, headId, selected, onSelect, ticked, onTick }: RowProps) {
  const { t } = useTranslation('org');
  const me = useMe();
  const narrow = useNarrow();
  const mine = member.id === me.member.id;
  return (
    <li className={styles.row} data-selected={selected === member.id || undefined}>
      {ticked ? (
        <Checkbox
          checked={ticked.has(member.id)}
          tabIndex={-1}
          disabled={mine}
          onChange={() => onTick(member)}
        />
      ) : null}
      <button
        type="button"
        data-row
        tabIndex={focusable ? 0 : -1}
        className={styles.open}
        aria-current={selected === member.id ? 'true' : undefined}
        aria-pressed={ticked ? ticked.has(member.id) : undefined}
        onClick={() => (ticked ? mine || onTick(member) : onSelect(member.id))}
      >
        <Avatar
          id={member.id}
          name={member.name}
          src={member.avatar_url}
          size={40}
          presence={member.presence}
        />
        <span className={styles.who}>
          <span className={styles.head}>
            <span className={styles.name}>{member.name}</span>
            {mine ? <Tag>{t('me')}</Tag> : null}
            {headId === member.id ? <Tag tone="primary">{t('head')}</Tag> : null}
          </span>
          <span className={styles.title}>
            {narrow && member.departments[0]
              ? [member.title, member.departments[0].name].filter(Boolean).join(' · ')
              : member.title}
          </span>
        </span>
        <span className={styles.department}>{member.departments[0]?.name}</span>
        <span className={styles.presence}>
          <PresenceWords member={member} />
        </span>
      </button>
      {mine || ticked ? <span className={styles.acts} /> : <RowActs member={member} focusable={focusable} />}
    </li>
  );
}

export function MemberList({ members, more, onMore, ...rest }: Props) {
  const { t } = useTranslation('org');
  const list = useRef<HTMLUListElement>(null);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const mark = end.current;
    if (!mark || !more || !('IntersectionObserver' in window)) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) onMore();
    });
    observer.observe(mark);
    return () => observer.disconnect();
  }, [more, onMore]);
  const press = (event: KeyboardEvent) => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[Math.max(0, Math.min(to, rows.length - 1))]?.focus();
  };
  const selectedAt = Math.max(
    0,
    members.findIndex((member) => member.id === rest.selected),
  );
  return (
    <div className={styles.scroll}>
      <ul ref={list} className={styles.list} aria-label={t('nav')} onKeyDown={press}>
        {members.map((member, at) => (
          <Row key={member.id} member={member} focusable={at === selectedAt} {...rest} />
        ))}
      </ul>
      <div ref={end} className={styles.end} />
    </div>
  );
}
