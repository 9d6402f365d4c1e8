/** Who is in the meeting and who is not here yet, with what a host may do about each. */
import { Button, Dropdown, Input, type MenuProps } from 'antd';
import {
  BellRing,
  Crown,
  Ellipsis,
  Hand,
  Mic,
  MicOff,
  MonitorX,
  Pin,
  PinOff,
  RefreshCw,
  Search,
  UserPlus,
  UserX,
  Video,
  VideoOff,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/lib';
import { Avatar, IconButton } from '@/ui';
import { absentOf, type Invitee, type Row, rosterOf } from '../roster';
import { leads, roleOf } from '../state';
import { useCall, useCallState, useSurroundings } from './context';
import { PanelHead } from './SidePanel';
import styles from './SidePanel.module.css';
import { useRemoval } from './useRemoval';

const ORDER_EVERY_MS = 5000;

export function PeoplePanel() {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const [query, setQuery] = useState('');
  const now = useNow(ORDER_EVERY_MS);
  const state = useCallState((all) => all);
  const { invitees } = useSurroundings();
  const rows = rosterOf(state, query, now);
  const absent = absentOf(state, invitees, query);
  const count = Object.keys(state.people).length;
  const leading = leads(state);
  const silent = rows
    .filter(({ person }) => !person.me && !person.microphoneOn)
    .map(({ person }) => person.identity);
  const { removal, askToRemove } = useRemoval();

  return (
    <>
      <PanelHead
        title={t('call.people.title')}
        count={count}
        acts={
          <IconButton icon={UserPlus} label={t('call.more.invite')} onClick={() => call.setPanel('invite')} />
        }
      />
      <div className={styles.search}>
        <Input
          prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
          variant="filled"
          placeholder={t('call.people.search')}
          aria-label={t('call.people.search')}
          value={query}
          allowClear
          onChange={(event) => setQuery(event.target.value)}
        />
      </div>
      <div className={styles.body}>
        {rows.length > 0 ? <h3 className={styles.section}>{t('call.people.here', { count })}</h3> : null}
        <ul className={styles.rows}>
          {rows.map((row) => (
            <PersonRow key={row.person.identity} row={row} leading={leading} onRemove={askToRemove} />
          ))}
        </ul>
        {absent.length > 0 ? <Absent absent={absent} /> : null}
        {rows.length + absent.length === 0 ? (
          <p className={styles.empty}>{t('call.people.none', { query })}</p>
        ) : null}
      </div>
      {leading && count > 1 ? (
        <footer className={styles.foot}>
          <Button onClick={() => void call.muteAll()}>{t('call.people.muteAll')}</Button>
          <Button disabled={silent.length === 0} onClick={() => void call.askToUnmute(silent)}>
            {t('call.people.askToUnmute')}
          </Button>
        </footer>
      ) : null}
      {removal}
    </>
  );
}

function Absent({ absent }: { absent: readonly Invitee[] }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const mayRing = useSurroundings().findPeople !== null;
  return (
    <>
      <h3 className={styles.section}>
        {t('call.people.absent', { count: absent.length })}
        {mayRing ? (
          <button type="button" onClick={() => void call.ring(absent.map((one) => one.id))}>
            <BellRing size={13} strokeWidth={1.75} aria-hidden="true" />
            {t('call.people.ringAll')}
          </button>
        ) : null}
      </h3>
      <ul className={styles.rows}>
        {absent.map((one) => (
          <li key={one.id} className={styles.row} data-absent>
            <Avatar id={one.id} name={one.name} src={one.avatarUrl} size={32} />
            <span className={styles.who}>
              <b>{one.name}</b>
            </span>
            {mayRing ? (
              <IconButton
                className={styles.rowMore}
                icon={BellRing}
                size={16}
                label={t('call.people.ring', { name: one.name })}
                onClick={() => void call.ring([one.id])}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </>
  );
}

type RowProps = { row: Row; leading: boolean; onRemove: (identity: string, name: string) => void };

function PersonRow({ row, leading, onRemove }: RowProps) {
  const { person, role, hand, speaking } = row;
  const { t } = useTranslation('meetings');
  const [open, setOpen] = useState(false);
  const items = usePersonItems(row, leading, onRemove);
  const words = [role === 'member' ? null : t(`call.role.${role}`), person.me ? t('call.role.me') : null];
  const second = words.filter(Boolean).join(' · ');
  return (
    <li className={styles.row} data-open={open || undefined}>
      <Avatar id={person.identity} name={person.name} src={person.avatarUrl} size={32} />
      <span className={styles.who}>
        <b>{person.name}</b>
        {second ? <small>{second}</small> : null}
      </span>
      <span className={styles.marks}>
        {hand === null ? null : (
          <span className={styles.handMark} role="img" aria-label={t('call.tile.hand', { place: hand })}>
            ✋<b>{hand}</b>
          </span>
        )}
        {items.length > 0 ? (
          <Dropdown
            trigger={['click']}
            placement="bottomRight"
            open={open}
            onOpenChange={setOpen}
            menu={{ items }}
          >
            <IconButton
              className={styles.rowMore}
              icon={Ellipsis}
              size={16}
              label={t('call.people.actsOn', { name: person.name })}
              pressed={open || undefined}
            />
          </Dropdown>
        ) : null}
        <MediaMarks microphone={person.microphoneOn} camera={person.cameraOn} speaking={speaking} />
      </span>
    </li>
  );
}

function MediaMarks({
  microphone,
  camera,
  speaking,
}: {
  microphone: boolean;
  camera: boolean;
  speaking: boolean;
}) {
  const { t } = useTranslation('meetings');
  const Voice = microphone ? Mic : MicOff;
  const Eye = camera ? Video : VideoOff;
  return (
    <>
      <Voice
        strokeWidth={1.75}
        role="img"
        aria-label={t(microphone ? 'call.tile.microphoneOn' : 'call.tile.microphoneOff')}
        data-off={microphone ? undefined : true}
        data-speaking={(microphone && speaking) || undefined}
      />
      <Eye
        strokeWidth={1.75}
        role="img"
        aria-label={t(camera ? 'call.tile.cameraOn' : 'call.tile.cameraOff')}
        data-off={camera ? undefined : true}
      />
    </>
  );
}

type Items = NonNullable<MenuProps['items']>;

/** What I may do about this person, by my role and by how they are now. */
function usePersonItems(row: Row, leading: boolean, onRemove: RowProps['onRemove']): Items {
  const { person, role, hand } = row;
  const call = useCall();
  const { t } = useTranslation('meetings');
  const pinned = useCallState((state) => state.pinned === person.identity);
  const host = useCallState((state) => roleOf(state, state.me) === 'host');
  const id = person.identity;
  const entry = (key: string, Icon: typeof Pin, onClick: () => unknown, danger = false): Items[number] => ({
    key,
    danger,
    icon: <Icon size={16} strokeWidth={1.75} />,
    label: t(`call.acts.${key}`, { name: person.name }),
    onClick: () => void onClick(),
  });
  const mayAct = leading && !person.me && (host || role !== 'host');
  const items: (Items[number] | false)[] = [
    mayAct && person.microphoneOn && entry('mute', MicOff, () => call.mute(id, 'microphone')),
    mayAct && !person.microphoneOn && entry('askToUnmute', Mic, () => call.askToUnmute([id])),
    mayAct && person.cameraOn && entry('stopCamera', VideoOff, () => call.mute(id, 'camera')),
    mayAct && hand !== null && entry('lowerHand', Hand, () => call.lowerHand(id)),
    entry(pinned ? 'unpin' : 'pin', pinned ? PinOff : Pin, () => call.pin(pinned ? null : id)),
    mayAct &&
      person.screenTrack !== null &&
      entry('stopShare', MonitorX, () => call.mute(id, 'screen_share')),
    host && !person.me && !person.guest && { type: 'divider' as const },
    host &&
      !person.me &&
      !person.guest &&
      role !== 'co_host' &&
      entry('makeCoHost', Crown, () => call.setCoHost(id, true)),
    host && !person.me && role === 'co_host' && entry('endCoHost', Crown, () => call.setCoHost(id, false)),
    host && !person.me && !person.guest && entry('handOver', RefreshCw, () => call.handOver(id)),
    mayAct && { type: 'divider' as const },
    mayAct && entry('remove', UserX, () => onRemove(id, person.name), true),
  ];
  return items.filter((item): item is Items[number] => item !== false);
}
