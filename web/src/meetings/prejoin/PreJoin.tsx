/** Before the meeting: how I look, which devices, who is already in, and one large button. */
import { Button, Input, type InputRef } from 'antd';
import { Video } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { duration, spacedNumber, useNarrow, useNow, useStore } from '@/lib';
import { Avatar, AvatarStack, Field, Mark } from '@/ui';
import type { MeetingDoor } from '../api';
import { canCapture, type OwnDevices } from '../call/own';
import { DeviceRow } from './DeviceRow';
import styles from './PreJoin.module.css';
import { Preview } from './Preview';

export interface Joining {
  readonly name: string | null;
}

type Props = {
  meeting: MeetingDoor;
  officeName: string;
  me: { id: string; name: string; avatar_url: string | null } | null;
  guestName: string;
  own: OwnDevices;
  busy: boolean;
  onJoin: (joining: Joining) => void;
  signInHref: string;
};

export function PreJoin({ meeting, officeName, me, guestName, own, busy, onJoin, signInHref }: Props) {
  const [name, setName] = useState(guestName);
  const shownName = me?.name ?? (name.trim() || null);
  return (
    <main className={styles.page}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <Mark size={28} />
          {officeName}
        </span>
        {me ? (
          <span className={styles.me}>
            <Avatar id={me.id} name={me.name} src={me.avatar_url} size={28} />
            {me.name}
          </span>
        ) : (
          <a href={signInHref}>{<HaveAccount />}</a>
        )}
      </header>
      <div className={styles.content}>
        <div className={styles.look}>
          <Preview own={own} name={shownName} me={me} />
          {canCapture() ? <DeviceRow own={own} /> : null}
        </div>
        <JoinSide
          meeting={meeting}
          member={me !== null}
          name={name}
          onName={setName}
          own={own}
          busy={busy}
          onJoin={onJoin}
        />
      </div>
    </main>
  );
}

function HaveAccount() {
  const { t } = useTranslation('meetings');
  return <>{t('prejoin.haveAccount')}</>;
}

type SideProps = {
  meeting: MeetingDoor;
  member: boolean;
  name: string;
  onName: (name: string) => void;
  own: OwnDevices;
  busy: boolean;
  onJoin: (joining: Joining) => void;
};

function JoinSide({ meeting, member, name, onName, own, busy, onJoin }: SideProps) {
  const { t } = useTranslation('meetings');
  const narrow = useNarrow();
  const [missing, setMissing] = useState(false);
  const field = useRef<InputRef>(null);
  const cameraOn = useStore(own, (state) => state.camera === 'on' || state.camera === 'starting');
  useEffect(() => {
    if (!member && !narrow) field.current?.focus();
  }, [member, narrow]);
  const join = () => {
    if (!member && name.trim() === '') {
      setMissing(true);
      field.current?.focus();
      return;
    }
    onJoin({ name: member ? null : name.trim() });
  };
  const audioOnly = async () => {
    await own.setCamera(false);
    join();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    join();
  };
  return (
    <form className={styles.side} onSubmit={submit} noValidate>
      <State meeting={meeting} />
      <h1>{meeting.title}</h1>
      <p className={styles.number}>
        {t('prejoin.number')} {spacedNumber(meeting.number)}
      </p>
      <Inside meeting={meeting} />
      {meeting.locked ? <p className={styles.note}>{t('prejoin.locked')}</p> : null}
      {meeting.mute_on_entry ? <p className={styles.note}>{t('prejoin.mutedEntry')}</p> : null}
      {member ? null : (
        <div className={styles.name}>
          <Field
            label={t('prejoin.name')}
            help={t('prejoin.guestHint')}
            error={missing ? t('prejoin.nameMissing') : undefined}
          >
            {(props) => (
              <Input
                {...props}
                ref={field}
                size="large"
                value={name}
                maxLength={40}
                autoComplete="name"
                placeholder={t('prejoin.namePlaceholder')}
                onChange={(event) => {
                  setMissing(false);
                  onName(event.target.value);
                }}
              />
            )}
          </Field>
        </div>
      )}
      <div className={styles.acts}>
        <Button
          className={styles.join}
          type="primary"
          htmlType="submit"
          block
          disabled={busy}
          icon={narrow ? <Video size={18} strokeWidth={1.75} /> : undefined}
        >
          {t(
            busy
              ? 'prejoin.joining'
              : meeting.state === 'running' || !member
                ? 'prejoin.join'
                : 'prejoin.start',
          )}
        </Button>
        {cameraOn && !narrow ? (
          <Button size="large" block disabled={busy} onClick={() => void audioOnly()}>
            {t('prejoin.audioOnly')}
          </Button>
        ) : null}
      </div>
      {narrow ? null : <p className={styles.hold}>{t('prejoin.hold')}</p>}
    </form>
  );
}

function State({ meeting }: { meeting: MeetingDoor }) {
  const { t } = useTranslation('meetings');
  const now = useNow();
  if (meeting.state !== 'running') return <p className={styles.waiting}>{t('prejoin.notStarted')}</p>;
  const lasted = meeting.started_at === null ? '' : duration(now - meeting.started_at);
  return (
    <p className={styles.live}>
      <i aria-hidden="true" />
      {t('prejoin.running')} <span className="tabular">{lasted}</span>
    </p>
  );
}

const insideKey = (count: number): string => {
  if (count > 2) return 'prejoin.inMeetingMany';
  return count === 2 ? 'prejoin.inMeeting' : 'prejoin.inMeetingAlone';
};

function Inside({ meeting }: { meeting: MeetingDoor }) {
  const { t } = useTranslation('meetings');
  const { participants, participants_count: count } = meeting;
  if (count === 0) return <p className={styles.inside}>{t('prejoin.nobody')}</p>;
  const faces = participants.map((one) => ({ id: one.name, name: one.name, src: one.avatar_url }));
  const names = participants
    .slice(0, 2)
    .map((one) => one.name)
    .join(t('call.chat.comma'));
  const words = faces.length === 0 ? t('home.people', { count }) : t(insideKey(count), { names, count });
  return (
    <div className={styles.inside}>
      {faces.length > 0 ? <AvatarStack people={faces} size={34} max={4} total={count} /> : null}
      <span>{words}</span>
    </div>
  );
}
