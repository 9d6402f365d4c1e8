/** One person on the stage: picture or face, name plate, network, raised hand, and the frame of a voice. */
import { Mic, MicOff, Pin, PinOff } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '@/ui';
import { handQueue, leads, type Person, roleOf } from '../state';
import { useCall, useCallState } from './context';
import { NetworkBars, VoiceBars } from './NetworkBars';
import { Picture } from './Picture';
import styles from './Tile.module.css';

type Props = {
  person: Person;
  size: 'large' | 'normal' | 'strip' | 'floating';
  box: { width: number; height: number };
};

export const Tile = memo(function Tile({ person, size, box }: Props) {
  const call = useCall();
  const speaking = useCallState((state) => state.speaking.includes(person.identity)) && person.microphoneOn;
  const hand = useCallState((state) => handQueue(state).indexOf(person.identity));
  const role = useCallState((state) => roleOf(state, person.identity));
  const pinned = useCallState((state) => state.pinned === person.identity);
  const frozen = useCallState((state) => state.connection === 'resuming' || state.connection === 'rejoining');
  const small = size === 'strip' || size === 'floating';
  const label = useTileLabel(person, speaking, hand);

  return (
    // biome-ignore lint/a11y/useSemanticElements: a tile is no form field set
    <div
      className={styles.tile}
      role="group"
      aria-label={label}
      data-size={size}
      data-speaking={speaking || undefined}
      data-identity={person.identity}
      onDoubleClick={() => call.pin(pinned ? null : person.identity)}
    >
      {person.cameraTrack ? (
        <Picture trackId={person.cameraTrack} fit="cover" mirrored={person.me} frozen={frozen} />
      ) : (
        <span className={styles.face}>
          <Avatar
            id={person.identity}
            name={person.name}
            src={person.avatarUrl}
            size={Math.round(Math.max(36, Math.min(box.width, box.height) * (small ? 0.46 : 0.3)))}
          />
        </span>
      )}
      {frozen && !person.me ? <Frozen /> : null}
      <Plates
        person={person}
        speaking={speaking}
        role={role}
        small={small}
        narrow={box.width < 140}
        own={person.me && size === 'floating'}
        roomy={!small && box.width >= 240}
      />
      {hand >= 0 ? (
        <span className={styles.hand} data-small={small || undefined}>
          ✋{small ? null : <b>{hand + 1}</b>}
        </span>
      ) : null}
      {size === 'floating' ? null : <TileActs person={person} pinned={pinned} />}
    </div>
  );
});

function Frozen() {
  const { t } = useTranslation('meetings');
  return <span className={styles.frozen}>{t('call.reconnecting')}</span>;
}

function Plates(props: {
  person: Person;
  speaking: boolean;
  role: string;
  small: boolean;
  narrow: boolean;
  own: boolean;
  roomy: boolean;
}) {
  const { person, speaking, role, small, narrow, own, roomy } = props;
  const { t } = useTranslation('meetings');
  const long = person.me ? t('call.nameOfMe', { name: person.name }) : person.name;
  const name = own ? t('call.role.me') : long;
  return (
    <div className={styles.plates} data-small={small || undefined}>
      <span className={styles.plate}>
        <VoiceState on={person.microphoneOn} speaking={speaking} />
        <span className={styles.name}>{name}</span>
        {roomy && (role === 'host' || role === 'co_host') ? (
          <span className={styles.role}>{t(`call.role.${role}`)}</span>
        ) : null}
        {roomy && person.guest ? <span className={styles.role}>{t('call.role.guest')}</span> : null}
      </span>
      {narrow ? null : (
        <span className={styles.network}>
          <NetworkBars network={person.network} />
        </span>
      )}
    </div>
  );
}

export function VoiceState({ on, speaking }: { on: boolean; speaking: boolean }) {
  if (speaking) return <VoiceBars />;
  return on ? (
    <Mic size={14} strokeWidth={1.75} aria-hidden="true" />
  ) : (
    <MicOff className={styles.off} size={14} strokeWidth={1.75} aria-hidden="true" />
  );
}

/** Shown on hover and focus only; the list of people has the same acts. */
function TileActs({ person, pinned }: { person: Person; pinned: boolean }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const mayMute = useCallState(leads) && !person.me && person.microphoneOn;
  const pinLabel = t(pinned ? 'call.acts.unpin' : 'call.acts.pin', { name: person.name });
  return (
    <span className={styles.acts}>
      {mayMute ? (
        <button
          type="button"
          aria-label={t('call.acts.muteNamed', { name: person.name })}
          title={t('call.acts.mute')}
          onClick={() => void call.mute(person.identity, 'microphone')}
        >
          <MicOff size={16} strokeWidth={1.75} aria-hidden="true" />
        </button>
      ) : null}
      <button
        type="button"
        aria-label={pinLabel}
        title={pinLabel}
        aria-pressed={pinned}
        onClick={() => call.pin(pinned ? null : person.identity)}
      >
        {pinned ? <PinOff size={16} strokeWidth={1.75} /> : <Pin size={16} strokeWidth={1.75} />}
      </button>
    </span>
  );
}

/** Everything the tile shows, in words. */
function useTileLabel(person: Person, speaking: boolean, hand: number): string {
  const { t } = useTranslation('meetings');
  return [
    person.me ? t('call.nameOfMe', { name: person.name }) : person.name,
    speaking ? t('call.tile.speaking') : null,
    t(person.microphoneOn ? 'call.tile.microphoneOn' : 'call.tile.microphoneOff'),
    t(person.cameraOn ? 'call.tile.cameraOn' : 'call.tile.cameraOff'),
    hand >= 0 ? t('call.tile.hand', { place: hand + 1 }) : null,
  ]
    .filter(Boolean)
    .join(t('call.tile.and'));
}
