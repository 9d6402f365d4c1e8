/** A voice note: played, jumped in, heard faster. One is heard at a time. */
import { Pause, Play } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { VoiceData } from '@/api';
import { contentUrl } from '@/drive';
import { duration, recall, remember } from '@/lib';
import styles from './Voice.module.css';
import { Waveform } from './Waveform';

const speeds = [1, 1.5, 2] as const;
const speedKey = 'voice-speed';

/** Who speaks now; whoever begins next makes them stop. */
let speaking: HTMLAudioElement | null = null;

export function VoiceBody({ voice }: { voice: VoiceData }) {
  return <VoicePlayer src={contentUrl(voice.file.id)} lengthMs={voice.duration_ms} bars={voice.waveform} />;
}

type Props = { src: string; lengthMs: number; bars: readonly number[] };

export function VoicePlayer({ src, lengthMs, bars }: Props) {
  const { t } = useTranslation('chat');
  const audio = useRef<HTMLAudioElement>(null);
  const [isPlaying, setPlaying] = useState(false);
  const [atMs, setAt] = useState(0);
  const [isBroken, setBroken] = useState(false);
  const [speed, setSpeed] = useState(() => Number(recall(speedKey)) || 1);
  // Between the events of the element the bars go on.
  useEffect(() => {
    if (!isPlaying) return;
    let frame = requestAnimationFrame(function follow() {
      setAt((audio.current?.currentTime ?? 0) * 1000);
      frame = requestAnimationFrame(follow);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);
  const toggle = () => {
    const sound = audio.current;
    if (!sound) return;
    if (isPlaying) {
      sound.pause();
      return;
    }
    if (speaking !== sound) speaking?.pause();
    speaking = sound;
    sound.playbackRate = speed;
    void sound.play().catch(() => setBroken(true));
  };
  const seek = (ms: number) => {
    const sound = audio.current;
    const to = Math.min(lengthMs, Math.max(0, ms));
    setAt(to);
    if (sound) sound.currentTime = to / 1000;
  };
  const faster = () => {
    const next = speeds[(speeds.indexOf(speed as 1) + 1) % speeds.length] ?? 1;
    setSpeed(next);
    remember(speedKey, next === 1 ? null : String(next));
    if (audio.current) audio.current.playbackRate = next;
  };
  const share = lengthMs > 0 ? Math.min(1, atMs / lengthMs) : 0;
  const Icon = isPlaying ? Pause : Play;
  return (
    <div className={styles.voice}>
      {/* biome-ignore lint/a11y/useMediaCaption: people speak without captions */}
      <audio
        ref={audio}
        src={src}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => {
          setPlaying(false);
          setAt(0);
        }}
        onError={() => setBroken(true)}
      />
      <button
        type="button"
        className={styles.play}
        aria-label={t(isPlaying ? 'voice.pause' : 'voice.play')}
        onClick={toggle}
      >
        <Icon size={18} strokeWidth={2} aria-hidden="true" />
      </button>
      <span
        className={styles.bars}
        role="slider"
        tabIndex={0}
        aria-label={t('voice.seek')}
        aria-valuemin={0}
        aria-valuemax={Math.round(lengthMs / 1000)}
        aria-valuenow={Math.round(atMs / 1000)}
        aria-valuetext={duration(atMs)}
        onPointerDown={(event) => {
          const { left, width } = event.currentTarget.getBoundingClientRect();
          seek(((event.clientX - left) / Math.max(1, width)) * lengthMs);
        }}
        onKeyDown={(event) => {
          const step = { ArrowLeft: -2000, ArrowRight: 2000 }[event.key];
          if (!step) return;
          event.preventDefault();
          event.stopPropagation();
          seek(atMs + step);
        }}
      >
        <Waveform bars={bars} share={share} />
      </span>
      <span className={styles.time}>
        {isBroken ? t('voice.broken') : duration(atMs > 0 ? atMs : lengthMs)}
      </span>
      <button
        type="button"
        className={styles.speed}
        aria-label={t('voice.speed', { speed })}
        onClick={faster}
      >
        {speed}×
      </button>
    </div>
  );
}
