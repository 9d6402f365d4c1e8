/** Who is in the conversation: those in a meeting first; with the announcement above. */

import { Link } from '@tanstack/react-router';
import { App, Dropdown } from 'antd';
import { Ellipsis, Megaphone, QrCode, UserPlus } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationRole, Membership } from '@/api';
import { Avatar, IconButton, SkeletonRows, Tag, useErrorWords, useToast } from '@/ui';
import { removeMember, setRole } from '../api';
import { LinkSheet } from '../link/LinkSheet';
import { Requests } from '../link/Requests';
import { Markdown } from '../markdown/Markdown';
import { useName } from '../names';
import { useChat, usePeople, usePerson, useSession } from '../session';
import { useOpen } from '../thread/context';
import { AddSheet } from './AddSheet';
import styles from './MembersTab.module.css';

/** More rows than this are drawn only when asked for. */
const shownFirst = 100;

export function MembersTab() {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const roster = useChat((state) => state.rosters[conversation.id]);
  const presences = usePeople((all) => all);
  const [shown, setShown] = useState(shownFirst);
  const [adding, setAdding] = useState(false);
  const [linking, setLinking] = useState(false);
  const members = roster?.members ?? [];
  const isMeeting = (one: Membership) => presences[one.member_id]?.presence === 'in_meeting';
  const meeting = members.filter(isMeeting);
  const others = members.filter((one) => !isMeeting(one));
  const { rules, mine, kind } = conversation;
  const mayAdd = kind === 'group' && (rules.add_members === 'everyone' || mine.role !== 'member');
  return (
    <>
      {conversation.announcement ? (
        <section className={styles.announcement}>
          <h3>
            <Megaphone size={14} strokeWidth={1.75} aria-hidden="true" />
            {t('panel.announcement')}
          </h3>
          <Markdown text={conversation.announcement} />
        </section>
      ) : null}
      <Requests />
      {roster ? null : <SkeletonRows rows={8} height={48} />}
      {meeting.length > 0 ? (
        <Group title={t('panel.inMeeting', { count: meeting.length })} members={meeting} />
      ) : null}
      {roster ? (
        <Group
          title={t(meeting.length > 0 ? 'panel.others' : 'panel.everybody', { count: others.length })}
          members={others.slice(0, shown)}
          act={
            mayAdd ? (
              <span className={styles.acts}>
                <button type="button" className={styles.act} onClick={() => setLinking(true)}>
                  <QrCode size={14} strokeWidth={1.75} aria-hidden="true" />
                  {t('link.act')}
                </button>
                <button type="button" className={styles.act} onClick={() => setAdding(true)}>
                  <UserPlus size={14} strokeWidth={1.75} aria-hidden="true" />
                  {t('panel.add')}
                </button>
              </span>
            ) : null
          }
        />
      ) : null}
      {others.length > shown ? (
        <button type="button" className={styles.more} onClick={() => setShown(shown + 200)}>
          {t('panel.more', { count: others.length - shown })}
        </button>
      ) : null}
      <LinkSheet open={linking} onClose={() => setLinking(false)} />
      <AddSheet open={adding} onClose={() => setAdding(false)} />
    </>
  );
}

type GroupProps = { title: string; members: readonly Membership[]; act?: ReactNode };

function Group({ title, members, act }: GroupProps) {
  return (
    <section className={styles.group} aria-label={title}>
      <h3 className={styles.groupHead}>
        {title}
        {act}
      </h3>
      <ul className={styles.list}>
        {members.map((member) => (
          <Row key={member.member_id} member={member} />
        ))}
      </ul>
    </section>
  );
}

function Row({ member }: { member: Membership }) {
  const { t } = useTranslation('chat');
  const { conversation, me } = useOpen();
  const { member_id: id, role } = member;
  const person = usePerson(id);
  const name = useName(id, conversation.id);
  const title = member.nickname ? person?.name : person?.title;
  const isWorn = conversation.kind === 'group' && role !== 'member';
  return (
    <li className={styles.row}>
      <Link to="/people" search={{ m: id } as never} className={styles.open}>
        <Avatar id={id} name={name} src={person?.avatar_url} size={32} presence={person?.presence} />
        <span className={styles.words}>
          <span className={styles.name}>{name}</span>
          {title ? <span className={styles.title}>{title}</span> : null}
        </span>
      </Link>
      {id === me ? <Tag>{t('panel.me')}</Tag> : null}
      {isWorn ? <Tag tone={role === 'owner' ? 'primary' : 'plain'}>{t(`role.${role}`)}</Tag> : null}
      {id === me ? null : <MemberMenu member={member} name={name} />}
    </li>
  );
}

/** What owners and administrators may do to others. */
function MemberMenu({ member, name }: { member: Membership; name: string }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { modal } = App.useApp();
  const { store } = useSession();
  const { conversation } = useOpen();
  const toast = useToast();
  const words = useErrorWords();
  const { mine, kind, id } = conversation;
  const isOwner = mine.role === 'owner';
  const mayRemove = isOwner || (mine.role === 'admin' && member.role === 'member');
  if (kind !== 'group' || !mayRemove) return null;
  const act = async (ask: () => Promise<unknown>) => {
    try {
      await ask();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    void store.refresh(id);
  };
  const become = (role: ConversationRole) => act(() => setRole(id, member.member_id, role));
  const ask = (what: 'handOver' | 'remove', run: () => Promise<void>) =>
    modal.confirm({
      title: t(`chat:members.${what}Title`, { name }),
      content: t(`chat:members.${what}Detail`),
      okText: t(`chat:members.${what}`),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: run,
    });
  const admin = member.role === 'admin';
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        items: [
          ...(isOwner
            ? [
                {
                  key: 'role',
                  label: t(admin ? 'chat:members.noAdmin' : 'chat:members.makeAdmin'),
                  onClick: () => void become(admin ? 'member' : 'admin'),
                },
                {
                  key: 'owner',
                  label: t('chat:members.handOver'),
                  onClick: () => void ask('handOver', () => become('owner')),
                },
                { key: 'line', type: 'divider' as const },
              ]
            : []),
          {
            key: 'remove',
            danger: true,
            label: t('chat:members.remove'),
            onClick: () => void ask('remove', () => act(() => removeMember(id, member.member_id))),
          },
        ],
      }}
    >
      <IconButton
        className={styles.menu}
        icon={Ellipsis}
        size={16}
        label={t('chat:members.more', { name })}
      />
    </Dropdown>
  );
}
