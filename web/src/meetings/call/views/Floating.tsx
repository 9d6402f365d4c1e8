/** My own picture above the others: drawn to a corner with finger or mouse, moved there with the arrow keys. */
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cornerAt, cornerTowards, type Placed, type Size } from '../stage';
import { CORNERS, type Person } from '../state';
import { useCall, useCallState } from './context';
import styles from './Stage.module.css';
import { Tile } from './Tile';

/** Less than this is a click with an unsteady hand. */
const DRAG_PX = 4;

type Props = { person: Person; box: Placed['box']; stage: Size };

export function Floating({ person, box, stage }: Props) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const corner = useCallState((state) => state.selfCorner);
  const from = useRef<{ x: number; y: number } | null>(null);
  const dragged = useRef(false);
  const [drag, setDrag] = useState<{ x: number; y: number } | null>(null);

  const down = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    from.current = { x: event.clientX, y: event.clientY };
    dragged.current = false;
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    if (!from.current) return;
    const by = { x: event.clientX - from.current.x, y: event.clientY - from.current.y };
    if (!dragged.current && Math.hypot(by.x, by.y) < DRAG_PX) return;
    dragged.current = true;
    setDrag(by);
  };
  const up = () => {
    if (drag) {
      const middle = { x: box.x + drag.x + box.width / 2, y: box.y + drag.y + box.height / 2 };
      call.setSelfCorner(cornerAt(middle, stage));
    }
    from.current = null;
    setDrag(null);
  };
  const press = (event: KeyboardEvent) => {
    const next = cornerTowards(corner, event.key);
    if (!next) return;
    event.preventDefault();
    call.setSelfCorner(next);
  };
  const click = () => {
    if (!dragged.current)
      call.setSelfCorner(CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] ?? corner);
    dragged.current = false;
  };
  const at = { x: box.x + (drag?.x ?? 0), y: box.y + (drag?.y ?? 0) };
  return (
    <div
      className={styles.place}
      data-size="floating"
      data-dragged={drag ? true : undefined}
      style={{ width: box.width, height: box.height, transform: `translate(${at.x}px, ${at.y}px)` }}
    >
      <Tile person={person} size="floating" box={box} />
      <button
        type="button"
        className={styles.grip}
        aria-label={t('call.self.move', { corner: t(`call.self.corner.${corner}`) })}
        title={t('call.self.moveHint')}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onKeyDown={press}
        onClick={click}
      />
    </div>
  );
}
