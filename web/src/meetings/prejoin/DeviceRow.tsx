/** Microphone with its level, speaker with a test sound, camera with its sharpness; one line on phones. */
import { Select } from 'antd';
import { ChevronDown, Mic, Settings2, Video, Volume2 } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNarrow, useStore } from '@/lib';
import { canChooseSpeaker, type OwnDevices } from '../call/own';
import type { DeviceKind } from '../call/state';
import { playChime } from './chime';
import styles from './PreJoin.module.css';

export function DeviceRow({ own }: { own: OwnDevices }) {
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  if (narrow && !open) return <Folded own={own} onOpen={() => setOpen(true)} />;
  return (
    <div className={styles.devices}>
      <DeviceField own={own} kind="microphone" icon={<Mic size={14} strokeWidth={1.75} />}>
        <Level own={own} />
      </DeviceField>
      <DeviceField own={own} kind="speaker" icon={<Volume2 size={14} strokeWidth={1.75} />}>
        <TestSound own={own} />
      </DeviceField>
      <DeviceField own={own} kind="camera" icon={<Video size={14} strokeWidth={1.75} />}>
        <Sharpness own={own} />
      </DeviceField>
    </div>
  );
}

function Folded({ own, onOpen }: { own: OwnDevices; onOpen: () => void }) {
  const { t } = useTranslation('meetings');
  const label = useStore(
    own,
    (state) =>
      state.devices.lists.microphone.find((one) => one.id === state.devices.chosen.microphone)?.label ?? null,
  );
  return (
    <div className={styles.folded}>
      <Level own={own} />
      <button type="button" onClick={onOpen}>
        <Settings2 size={16} strokeWidth={1.75} aria-hidden="true" />
        <span>{label || t('prejoin.devices')}</span>
        <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </div>
  );
}

type FieldProps = { own: OwnDevices; kind: DeviceKind; icon: ReactNode; children: ReactNode };

function DeviceField({ own, kind, icon, children }: FieldProps) {
  const { t } = useTranslation('meetings');
  const { lists, chosen } = useStore(own, (state) => state.devices);
  const fixed = kind === 'speaker' && (!canChooseSpeaker() || lists.speaker.length === 0);
  const options = lists[kind].map((one, index) => ({
    value: one.id,
    label: one.label || `${t(`prejoin.${kind}`)} ${index + 1}`,
  }));
  const id = `device-${kind}`;
  return (
    <div className={styles.device}>
      <label htmlFor={id}>
        {icon}
        {t(`prejoin.${kind}`)}
      </label>
      <Select
        id={id}
        value={fixed ? 'system' : (chosen[kind] ?? undefined)}
        options={fixed ? [{ value: 'system', label: t('prejoin.systemSpeaker') }] : options}
        placeholder={t('prejoin.noneFound')}
        disabled={fixed || options.length === 0}
        onChange={(value: string) => void own.choose(kind, value)}
        popupMatchSelectWidth={false}
      />
      <div className={styles.under}>{children}</div>
    </div>
  );
}

const SEGMENTS = 16;
const LOOK_EVERY_MS = 80;

/** Sixteen segments that fill while I speak. Drawn past React: it changes twelve times a second. */
function Level({ own }: { own: OwnDevices }) {
  const { t } = useTranslation('meetings');
  const bar = useRef<HTMLSpanElement>(null);
  const on = useStore(own, (state) => state.microphone === 'on');
  useEffect(() => {
    if (!on) return;
    const timer = setInterval(() => {
      const lit = Math.round(own.level() * SEGMENTS);
      bar.current?.childNodes.forEach((segment, index) => {
        if (segment instanceof HTMLElement) segment.dataset.lit = String(index < lit);
      });
      bar.current?.setAttribute('aria-valuenow', String(lit));
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [own, on]);
  if (!on) return <span className={styles.quiet}>{t('prejoin.microphoneOff')}</span>;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element cannot hold the segments
    <span
      ref={bar}
      className={styles.level}
      role="meter"
      aria-label={t('prejoin.level')}
      aria-valuemin={0}
      aria-valuemax={SEGMENTS}
      aria-valuenow={0}
    >
      {Array.from({ length: SEGMENTS }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the segments are alike and never move
        <i key={index} />
      ))}
    </span>
  );
}

function TestSound({ own }: { own: OwnDevices }) {
  const { t } = useTranslation('meetings');
  const [playing, setPlaying] = useState(false);
  const play = async () => {
    setPlaying(true);
    await playChime(own.state().devices.chosen.speaker).catch(() => undefined);
    setPlaying(false);
  };
  return (
    <button type="button" className={styles.link} disabled={playing} onClick={() => void play()}>
      {t(playing ? 'prejoin.testing' : 'prejoin.test')}
    </button>
  );
}

function Sharpness({ own }: { own: OwnDevices }) {
  const { t } = useTranslation('meetings');
  const height = useStore(own, (state) => state.cameraHeight);
  return <span className={styles.quiet}>{height ? `${height}p` : t('prejoin.cameraOff')}</span>;
}
