/** My own picture before joining, with microphone and camera on it, and help where the browser says no. */
import { Mic, MicOff, Video, VideoOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '@/lib';
import { Avatar } from '@/ui';
import { canCapture, type OwnDevices } from '../call/own';
import type { OwnMedia } from '../call/state';
import styles from './PreJoin.module.css';

type Props = { own: OwnDevices; name: string | null; me: { id: string; avatar_url: string | null } | null };

export function Preview({ own, name, me }: Props) {
  const { t } = useTranslation('meetings');
  const { microphone, camera, cameraTrack } = useStore(own, (state) => state);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (cameraTrack && video.current) return own.showCamera(video.current);
  }, [own, cameraTrack]);
  const trouble = troubleOf(microphone, camera);
  return (
    <div className={styles.preview} data-camera={camera}>
      {cameraTrack ? <video ref={video} autoPlay playsInline muted /> : null}
      {camera === 'on' || trouble ? null : (
        <div className={styles.dark}>
          {camera === 'starting' ? null : (
            <Avatar id={me?.id ?? 'guest'} name={name ?? '·'} src={me?.avatar_url} size={96} />
          )}
          <span>{t(camera === 'starting' ? 'prejoin.cameraStarting' : 'prejoin.cameraOff')}</span>
        </div>
      )}
      {trouble ? <Help trouble={trouble} own={own} /> : null}
      {name && !trouble ? <span className={styles.plate}>{name}</span> : null}
      <div className={styles.buttons}>
        <Toggle what="microphone" media={microphone} onChange={(on) => void own.setMicrophone(on)} />
        <Toggle what="camera" media={camera} onChange={(on) => void own.setCamera(on)} />
      </div>
    </div>
  );
}

type ToggleProps = { what: 'microphone' | 'camera'; media: OwnMedia; onChange: (on: boolean) => void };

function Toggle({ what, media, onChange }: ToggleProps) {
  const { t } = useTranslation('meetings');
  const on = media === 'on' || media === 'starting';
  const [On, Off] = what === 'microphone' ? [Mic, MicOff] : [Video, VideoOff];
  const Icon = on ? On : Off;
  const label = t(on ? 'prejoin.turnOff' : 'prejoin.turnOn', {
    what: t(`prejoin.${what}`).toLocaleLowerCase(),
  });
  return (
    <button
      type="button"
      data-off={on ? undefined : true}
      aria-label={label}
      title={label}
      onClick={() => onChange(!on)}
    >
      <Icon size={22} strokeWidth={1.75} aria-hidden="true" />
    </button>
  );
}

interface Trouble {
  readonly cause: 'refused' | 'missing' | 'failed' | 'insecure';
  readonly what: 'microphone' | 'camera' | 'both';
}

const causes = ['refused', 'failed', 'missing'] as const;

/** The one thing to explain: a no of the browser before a device in use, that before a missing one. */
function troubleOf(microphone: OwnMedia, camera: OwnMedia): Trouble | null {
  if (!canCapture()) return { cause: 'insecure', what: 'both' };
  for (const cause of causes) {
    if (microphone === cause && camera === cause) return { cause, what: 'both' };
    if (camera === cause) return { cause, what: 'camera' };
    if (microphone === cause) return { cause, what: 'microphone' };
  }
  return null;
}

function Help({ trouble, own }: { trouble: Trouble; own: OwnDevices }) {
  const { t } = useTranslation('meetings');
  const { cause } = trouble;
  const what = t(`prejoin.${trouble.what}`).toLocaleLowerCase();
  const lines = cause === 'refused' ? ['refused1', 'refused2', 'refused3'] : [`${cause}1`];
  const again = () => {
    if (trouble.what !== 'camera') void own.setMicrophone(true);
    if (trouble.what !== 'microphone') void own.setCamera(true);
  };
  return (
    <div className={styles.help} role="alert">
      <h2>{t(`prejoin.${cause}Title`, { what })}</h2>
      <ol data-single={lines.length === 1 || undefined}>
        {lines.map((line) => (
          <li key={line}>{t(`prejoin.${line}`, { what })}</li>
        ))}
      </ol>
      {cause === 'insecure' ? null : (
        <button type="button" onClick={again}>
          {t('prejoin.again')}
        </button>
      )}
    </div>
  );
}
