/**
 * Everybody and what they show, placed by `stage.ts`. Tiles are positioned, never re-parented, so a video
 * keeps playing while its tile moves from the grid into the strip.
 */
import { memo, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AvatarStack } from '@/ui';
import { type Placed, pageCapacity, placementsOf, type Stage as StageModel, stageOf } from '../stage';
import type { Person } from '../state';
import { useCall, useCallState } from './context';
import { Floating } from './Floating';
import { useSize } from './hooks';
import { Pager } from './Pager';
import { Reactions } from './Reactions';
import { ScreenTile } from './ScreenTile';
import styles from './Stage.module.css';
import { Tile } from './Tile';

const SWIPE_PX = 56;

export const Stage = memo(function Stage() {
  const call = useCall();
  const state = useCallState((all) => all);
  const [ref, size] = useSize<HTMLDivElement>();
  const [page, setPage] = useState(0);
  const stage = stageOf(state, size, page);
  const placed = size.width > 0 ? placementsOf(stage, size) : [];
  const capacity = pageCapacity(size);
  useEffect(() => call.setPageSize(capacity), [call, capacity]);
  const swipe = useSwipe((by) => setPage(pageOf(stage) + by));

  return (
    <div className={styles.stage}>
      <div ref={ref} className={styles.area} {...swipe}>
        {placed.map((item) =>
          item.size === 'floating' && item.person ? (
            <Floating key={item.key} person={item.person} box={item.box} stage={size} />
          ) : (
            <PlacedItem key={item.key} item={item} stage={stage} />
          ),
        )}
        <Reactions />
      </div>
      {stage.kind === 'grid' && stage.pages > 1 ? (
        <Pager page={stage.page} pages={stage.pages} onPage={setPage} />
      ) : null}
    </div>
  );
});

const pageOf = (stage: StageModel): number => (stage.kind === 'grid' ? stage.page : 0);

function PlacedItem({ item, stage }: { item: Placed; stage: StageModel }) {
  const { box } = item;
  return (
    <div
      className={styles.place}
      data-size={item.size}
      style={{ width: box.width, height: box.height, transform: `translate(${box.x}px, ${box.y}px)` }}
    >
      {item.what === 'rest' && stage.kind === 'focus' ? <Rest people={stage.rest} /> : null}
      {item.what === 'screen' && item.person ? <ScreenTile person={item.person} /> : null}
      {item.what === 'camera' && item.person ? (
        <Tile person={item.person} size={item.size} box={box} />
      ) : null}
    </div>
  );
}

/** The people the strip has no place for. */
function Rest({ people }: { people: readonly Person[] }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const faces = people.map((one) => ({ id: one.identity, name: one.name, src: one.avatarUrl }));
  return (
    <button type="button" className={styles.rest} onClick={() => call.setPanel('people')}>
      <AvatarStack people={faces} size={26} max={2} total={Math.min(2, faces.length)} />
      <span>{t('call.rest', { count: people.length })}</span>
    </button>
  );
}

/** A finger or pen drawn sideways over the stage turns the page. */
function useSwipe(turn: (by: 1 | -1) => void) {
  const from = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart: (event: React.TouchEvent) => {
      const touch = event.touches[0];
      from.current = touch && event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd: (event: React.TouchEvent) => {
      const touch = event.changedTouches[0];
      const start = from.current;
      from.current = null;
      if (!touch || !start) return;
      const [x, y] = [touch.clientX - start.x, touch.clientY - start.y];
      if (Math.abs(x) > SWIPE_PX && Math.abs(x) > Math.abs(y) * 1.5) turn(x < 0 ? 1 : -1);
    },
  };
}
