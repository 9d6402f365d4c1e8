/** A small window above other programs with whoever speaks, where the browser has document picture-in-picture. */
import { Mic, MicOff, PhoneOff } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { isOff } from '../controls';
import { sharer } from '../state';
import styles from './CallView.module.css';
import { useCall, useCallState } from './context';
import { Picture } from './Picture';
import { Tile } from './Tile';

interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
}

const SIZE = { width: 384, height: 264 };

function maker(): DocumentPictureInPicture | null {
  return (
    (window as unknown as { documentPictureInPicture?: DocumentPictureInPicture }).documentPictureInPicture ??
    null
  );
}

export function useMiniWindow(): { mini: ReactNode; toggle: (() => void) | null } {
  const [small, setSmall] = useState<Window | null>(null);
  useEffect(() => {
    if (!small) return;
    const gone = () => setSmall(null);
    small.addEventListener('pagehide', gone);
    return () => {
      small.removeEventListener('pagehide', gone);
      small.close();
    };
  }, [small]);
  const toggle = useCallback(async () => {
    if (small) return setSmall(null);
    const opened = await maker()
      ?.requestWindow(SIZE)
      .catch(() => null);
    if (!opened) return;
    dress(opened);
    setSmall(opened);
  }, [small]);
  const open = useCallback(() => void toggle(), [toggle]);
  return {
    mini: small ? createPortal(<MiniCall />, small.document.body) : null,
    toggle: maker() ? open : null,
  };
}

/** The new window starts naked: it gets this page's styles, theme and language. */
function dress(to: Window): void {
  for (const sheet of document.querySelectorAll('style, link[rel="stylesheet"]'))
    to.document.head.append(sheet.cloneNode(true));
  to.document.documentElement.lang = document.documentElement.lang;
  to.document.documentElement.dataset.theme = 'dark';
  to.document.title = document.title;
}

function MiniCall() {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const shown = useCallState((state) => {
    const sharing = sharer(state);
    if (sharing && !sharing.me) return sharing;
    const other = state.order.find((identity) => identity !== state.me);
    return state.people[state.speaker ?? other ?? state.me] ?? null;
  });
  const off = useCallState((state) => isOff(state.microphone));
  return (
    <div className={styles.mini}>
      <div className={styles.miniStage}>
        {shown?.screenTrack && !shown.me ? (
          <Picture trackId={shown.screenTrack} fit="contain" />
        ) : shown ? (
          <Tile person={shown} size="floating" box={SIZE} />
        ) : null}
      </div>
      <div className={styles.miniBar}>
        <button type="button" onClick={() => void call.toggleMicrophone()} data-off={off || undefined}>
          {off ? <MicOff size={18} strokeWidth={1.75} /> : <Mic size={18} strokeWidth={1.75} />}
          {t(off ? 'call.control.microphoneOff' : 'call.control.microphoneOn')}
        </button>
        <button type="button" data-leave onClick={() => void call.leave()}>
          <PhoneOff size={18} strokeWidth={1.75} />
          {t('call.control.leave')}
        </button>
      </div>
    </div>
  );
}
