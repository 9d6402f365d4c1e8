/** One track in one video element. While the connection is away the last frame stays. */
import { useEffect, useRef } from 'react';
import { useCall } from './context';
import styles from './Tile.module.css';

type Props = { trackId: string; fit: 'cover' | 'contain' | 'actual'; mirrored?: boolean; frozen?: boolean };

export function Picture({ trackId, fit, mirrored = false, frozen = false }: Props) {
  const call = useCall();
  const video = useRef<HTMLVideoElement>(null);
  const still = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = video.current;
    return element ? call.attach(trackId, element) : undefined;
  }, [call, trackId]);

  useEffect(() => {
    const [from, to] = [video.current, still.current];
    if (!frozen || !from || !to || from.videoWidth === 0) return;
    to.width = from.videoWidth;
    to.height = from.videoHeight;
    to.getContext('2d')?.drawImage(from, 0, 0);
  }, [frozen]);

  return (
    <>
      <video
        ref={video}
        className={styles.picture}
        data-fit={fit}
        data-mirrored={mirrored || undefined}
        autoPlay
        playsInline
        muted
        disablePictureInPicture
      />
      {frozen ? (
        <canvas ref={still} className={styles.picture} data-fit={fit} data-mirrored={mirrored || undefined} />
      ) : null}
    </>
  );
}
