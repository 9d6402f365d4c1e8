/** One picture: wheel, pinch, double click and keys make it larger; then it can be moved; a swipe goes to the next. */
import { Minus, Plus } from 'lucide-react';
import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEvent, useKeys } from '@/lib';
import { IconButton } from '@/ui';
import styles from './Viewer.module.css';
import { isDrawable, type Viewable } from './viewable';
import { fitted, kept, moved, type Zoom, zoomed } from './zoom';

const stepFactor = 1.5;
const swipePx = 60;

type Point = { x: number; y: number };
type Props = { file: Viewable; onStep: (by: number) => void; fallback: ReactNode };

export function ImageStage({ file, onStep, fallback }: Props) {
  const { t } = useTranslation('drive');
  const [zoom, setZoom] = useState<Zoom>(fitted);
  const [isBroken, setBroken] = useState(false);
  const [isMoving, setMoving] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const pointers = useRef(new Map<number, Point>());
  const from = useRef<Point>({ x: 0, y: 0 });

  const put = useEvent((next: Zoom) => {
    const [inner, outer] = [picture.current, frame.current];
    if (!inner || !outer) return;
    const size = { width: inner.offsetWidth, height: inner.offsetHeight };
    setZoom(kept(next, size, { width: outer.clientWidth, height: outer.clientHeight }));
  });
  /** A point of the window, from its middle. */
  const fromMiddle = ({ x, y }: Point): Point => {
    const { left, top, width, height } = frame.current?.getBoundingClientRect() ?? new DOMRect();
    return { x: x - left - width / 2, y: y - top - height / 2 };
  };
  const by = (factor: number, at: Point = { x: 0, y: 0 }) => put(zoomed(zoom, factor, at));
  const turn = useEvent((event: WheelEvent) => {
    event.preventDefault();
    by(Math.exp(-event.deltaY / 400), fromMiddle({ x: event.clientX, y: event.clientY }));
  });
  useEffect(() => {
    const box = frame.current;
    box?.addEventListener('wheel', turn, { passive: false });
    return () => box?.removeEventListener('wheel', turn);
  }, [turn]);
  useKeys({
    '+': () => by(stepFactor),
    '=': () => by(stepFactor),
    '-': () => by(1 / stepFactor),
    '0': () => setZoom(fitted),
  });

  const down = (event: PointerEvent) => {
    if ((event.target as HTMLElement).closest('button')) return;
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    from.current = { x: event.clientX, y: event.clientY };
    frame.current?.setPointerCapture(event.pointerId);
    setMoving(true);
  };
  const move = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    pointers.current.set(event.pointerId, now);
    if (other) {
      const distance = (one: Point) => Math.hypot(one.x - other.x, one.y - other.y);
      by(
        distance(now) / Math.max(1, distance(before)),
        fromMiddle({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }),
      );
    } else if (zoom.scale > 1) put(moved(zoom, now.x - before.x, now.y - before.y));
  };
  const up = (event: PointerEvent) => {
    const isOnly = pointers.current.size === 1;
    if (!pointers.current.delete(event.pointerId)) return;
    if (pointers.current.size === 0) setMoving(false);
    const dx = event.clientX - from.current.x;
    if (isOnly && zoom.scale === 1 && event.pointerType !== 'mouse' && Math.abs(dx) > swipePx)
      onStep(dx > 0 ? -1 : 1);
  };
  if (isBroken) return fallback;
  const isClose = zoom.scale > 1;
  const src = isDrawable(file) && (isClose || !file.poster) ? file.url : (file.poster ?? file.url);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys and buttons do the same
    <div
      ref={frame}
      className={styles.frame}
      data-close={isClose || undefined}
      data-moving={isMoving || undefined}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={up}
      onDoubleClick={(event) =>
        isClose ? setZoom(fitted) : by(2.5, fromMiddle({ x: event.clientX, y: event.clientY }))
      }
    >
      <img
        ref={picture}
        className={styles.picture}
        src={src}
        alt={file.name}
        draggable={false}
        style={{ transform: `translate(${zoom.x}px, ${zoom.y}px) scale(${zoom.scale})` }}
        onError={() => setBroken(true)}
      />
      <div className={styles.zoom}>
        <IconButton
          icon={Minus}
          label={t('viewer.smaller')}
          disabled={!isClose}
          onClick={() => by(1 / stepFactor)}
        />
        <button type="button" className={styles.percent} onClick={() => setZoom(fitted)}>
          {t('viewer.percent', { count: Math.round(zoom.scale * 100) })}
        </button>
        <IconButton icon={Plus} label={t('viewer.larger')} onClick={() => by(stepFactor)} />
      </div>
    </div>
  );
}
