/**
 * Where everybody is on the stage: pure geometry over the state, in CSS pixels.
 */

import { type CallState, type Corner, type Person, sharer } from './state';

export const GAP = 8;
export const GUTTER = 12;
export const STRIP_HEIGHT = 98;
export const STRIP_TILES = 6;
export const STRIP_SIDE_WIDTH = 176;
export const SHARE_BAR_HEIGHT = 38;

const WIDE = 16 / 9;
/** Cells may be taller than 16:9, never taller than this; a picture is cropped at its sides then. */
const TALLEST = 1.4;
const PHONE_WIDTH_MAX = 640;
const LARGE_WIDTH_MIN = 1600;
/** The strip goes to the right when the stage is this much wider than 16:9. */
const SIDE_STRIP_RATIO = WIDE * 1.2;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly cell: Size;
}

export type Stage =
  | {
      readonly kind: 'grid';
      readonly grid: Grid;
      readonly tiles: readonly Person[];
      readonly page: number;
      readonly pages: number;
      readonly floating: Floating | null;
    }
  | {
      readonly kind: 'focus';
      readonly main: { readonly what: 'screen' | 'camera'; readonly person: Person };
      readonly strip: readonly Person[];
      /** People the strip has no place for; their count stands in its last tile. */
      readonly rest: readonly Person[];
      readonly side: 'top' | 'right';
      readonly floating: Floating | null;
    };

/** My own picture above the others, in the corner I gave it. */
export interface Floating {
  readonly person: Person;
  readonly corner: Corner;
}

export function isPhone(size: Size): boolean {
  return size.width < PHONE_WIDTH_MAX || (size.height < 480 && size.width < 960);
}

/** How many tiles a page of this stage holds at most. */
export function pageCapacity(size: Size): number {
  if (isPhone(size)) return 6;
  return size.width >= LARGE_WIDTH_MIN ? 25 : 9;
}

export function stageOf(state: CallState, size: Size, wantedPage: number): Stage {
  const all = ordered(state);
  const sharing = sharer(state);
  const me = state.people[state.me] ?? null;
  const floats = me !== null && floatsSelf(state, all.length, sharing !== null);
  const shown = all.filter((person) => !(person.me && (floats || state.selfView === 'hidden')));
  const floating = floats && me ? { person: me, corner: state.selfCorner } : null;

  const focus = sharing ?? focused(state, shown);
  if (focus && (sharing || shown.length > 1 || state.pinned))
    return focusStage(state, size, { what: sharing ? 'screen' : 'camera', person: focus }, shown, floating);

  const people = shown.length > 0 ? shown : all;
  const capacity = pageCapacity(size);
  const pages = Math.max(1, Math.ceil(people.length / capacity));
  const page = Math.min(Math.max(0, wantedPage), pages - 1);
  const tiles = people.slice(page * capacity, (page + 1) * capacity);
  // A last page keeps the cells of the pages before it, so that nothing changes size while paging.
  const grid = gridOf(pages > 1 ? capacity : tiles.length, size);
  return { kind: 'grid', grid, tiles, page, pages, floating };
}

function ordered(state: CallState): Person[] {
  return state.order
    .map((identity) => state.people[identity])
    .filter((person): person is Person => person !== undefined)
    .sort((a, b) => Number(b.identity === state.pinned) - Number(a.identity === state.pinned));
}

function floatsSelf(state: CallState, count: number, sharing: boolean): boolean {
  if (count < 2) return false;
  if (state.selfView === 'float') return true;
  return state.selfView === 'auto' && count === 2 && !sharing && state.pinned !== state.me;
}

function focused(state: CallState, shown: readonly Person[]): Person | null {
  const pinned = shown.find((person) => person.identity === state.pinned);
  if (pinned) return pinned;
  if (state.layout !== 'speaker') return null;
  return (
    shown.find((person) => person.identity === state.speaker) ??
    shown.find((person) => !person.me) ??
    shown[0] ??
    null
  );
}

function focusStage(
  state: CallState,
  size: Size,
  main: { what: 'screen' | 'camera'; person: Person },
  shown: readonly Person[],
  floating: Floating | null,
): Stage {
  // A sharer's face stays in the strip; a large face does not stand there twice.
  const others = shown.filter((person) => main.what === 'screen' || person !== main.person);
  const speaking = others.filter((person) => state.speaking.includes(person.identity));
  const first = [...new Set([...speaking.slice(0, 1), ...others])];
  const side = size.width / size.height > SIDE_STRIP_RATIO ? 'right' : 'top';
  const places = stripPlaces(size, side);
  const strip = first.length <= places ? first : first.slice(0, places - 1);
  return { kind: 'focus', main, strip, rest: first.slice(strip.length), side, floating };
}

function stripPlaces(size: Size, side: 'top' | 'right'): number {
  const room =
    side === 'right' ? (size.height + GAP) / (STRIP_HEIGHT + GAP) : (size.width + GAP) / (112 + GAP);
  return Math.max(2, Math.min(STRIP_TILES, Math.floor(room)));
}

/** The columns and rows that make the cells largest. */
export function gridOf(count: number, size: Size): Grid {
  if (isPhone(size)) return phoneGrid(count, size);
  const columnsMax = size.width >= LARGE_WIDTH_MIN ? 5 : 3;
  let best: Grid | null = null;
  for (let columns = 1; columns <= Math.min(columnsMax, Math.max(1, count)); columns++) {
    const rows = Math.max(1, Math.ceil(count / columns));
    if (rows > columnsMax) continue;
    const cell = boxIn(available(size, columns, rows));
    if (!best || cell.width * cell.height > best.cell.width * best.cell.height + 1)
      best = { columns, rows, cell };
  }
  return best ?? { columns: 1, rows: 1, cell: boxIn(size) };
}

/** On a phone tiles fill the screen: one, two under each other, then two columns. */
function phoneGrid(count: number, size: Size): Grid {
  const upright = size.height >= size.width;
  const columns = upright ? (count <= 2 ? 1 : 2) : Math.min(3, Math.max(1, count));
  const rows = Math.max(1, Math.ceil(count / columns));
  return { columns, rows, cell: available(size, columns, rows) };
}

function available(size: Size, columns: number, rows: number): Size {
  return {
    width: Math.max(0, Math.floor((size.width - GAP * (columns - 1)) / columns)),
    height: Math.max(0, Math.floor((size.height - GAP * (rows - 1)) / rows)),
  };
}

/** The largest box within the room that is no flatter than 16:9 and no taller than `TALLEST`. */
function boxIn(room: Size): Size {
  const ratio = room.height === 0 ? WIDE : room.width / room.height;
  if (ratio > WIDE) return { width: Math.floor(room.height * WIDE), height: room.height };
  if (ratio < TALLEST) return { width: room.width, height: Math.floor(room.width / TALLEST) };
  return room;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One thing on the stage and its place. Keys stay the same while a person only moves. */
export interface Placed {
  readonly key: string;
  readonly what: 'camera' | 'screen' | 'rest';
  readonly person: Person | null;
  readonly size: 'large' | 'normal' | 'strip' | 'floating';
  readonly box: Box;
}

const PHONE_STRIP_HEIGHT = 84;
const STRIP_GAP = 10;

export function placementsOf(stage: Stage, size: Size): Placed[] {
  const placed = stage.kind === 'grid' ? gridPlaces(stage, size) : focusPlaces(stage, size);
  if (stage.floating) placed.push(floatingPlace(stage.floating, size, stripTaken(stage, size)));
  return placed;
}

function gridPlaces(stage: Extract<Stage, { kind: 'grid' }>, size: Size): Placed[] {
  const { columns, rows, cell } = stage.grid;
  const top = (size.height - rows * cell.height - (rows - 1) * GAP) / 2;
  return stage.tiles.map((person, index) => {
    const row = Math.floor(index / columns);
    // The last row of the only page stands in the middle.
    const inRow = stage.pages > 1 ? columns : Math.min(columns, stage.tiles.length - row * columns);
    const left = (size.width - inRow * cell.width - (inRow - 1) * GAP) / 2;
    const x = left + (index % columns) * (cell.width + GAP);
    const box = { x: Math.round(x), y: Math.round(top + row * (cell.height + GAP)), ...cell };
    return { key: `camera-${person.identity}`, what: 'camera', person, size: 'normal', box };
  });
}

function focusPlaces(stage: Extract<Stage, { kind: 'focus' }>, size: Size): Placed[] {
  const { main, strip, rest, side } = stage;
  const count = strip.length + (rest.length > 0 ? 1 : 0);
  const right = side === 'right';
  const height = isPhone(size) ? PHONE_STRIP_HEIGHT : STRIP_HEIGHT;
  const most = isPhone(size) ? height * 1.34 : height * WIDE;
  const wide = Math.floor((size.width - GAP * (Math.max(count, 2) - 1)) / Math.max(count, 2));
  const width = right ? STRIP_SIDE_WIDTH : Math.min(Math.round(most), wide);
  const start = right ? 0 : Math.max(0, Math.round((size.width - count * width - (count - 1) * GAP) / 2));
  const at = (index: number): Box =>
    right
      ? { x: size.width - width, y: index * (height + GAP), width, height }
      : { x: start + index * (width + GAP), y: 0, width, height };
  const placed: Placed[] = strip.map((person, index) => ({
    key: `camera-${person.identity}`,
    what: 'camera',
    person,
    size: 'strip',
    box: at(index),
  }));
  if (rest.length > 0)
    placed.push({ key: 'rest', what: 'rest', person: null, size: 'strip', box: at(strip.length) });
  const taken = count === 0 ? 0 : (right ? width : height) + STRIP_GAP;
  const box: Box = right
    ? { x: 0, y: 0, width: Math.max(0, size.width - taken), height: size.height }
    : { x: 0, y: taken, width: size.width, height: Math.max(0, size.height - taken) };
  placed.push({
    key: `${main.what}-${main.person.identity}`,
    what: main.what,
    person: main.person,
    size: 'large',
    box,
  });
  return placed;
}

/** What the strip takes from the top and from the right. */
function stripTaken(stage: Stage, size: Size): { top: number; right: number } {
  if (stage.kind === 'grid' || stage.strip.length + stage.rest.length === 0) return { top: 0, right: 0 };
  if (stage.side === 'right') return { top: 0, right: STRIP_SIDE_WIDTH + STRIP_GAP };
  return { top: (isPhone(size) ? PHONE_STRIP_HEIGHT : STRIP_HEIGHT) + STRIP_GAP, right: 0 };
}

function floatingPlace(floating: Floating, size: Size, taken: { top: number; right: number }): Placed {
  const { person, corner } = floating;
  const [width, height] = isPhone(size) ? [104, 139] : [224, 126];
  const left = corner === 'bottom-left' || corner === 'top-left';
  const top = corner === 'top-left' || corner === 'top-right';
  const x = left ? GUTTER : size.width - width - GUTTER - taken.right;
  const y = top ? taken.top + GUTTER : size.height - height - GUTTER;
  return {
    key: `camera-${person.identity}`,
    what: 'camera',
    person,
    size: 'floating',
    box: { x, y, width, height },
  };
}

/** The corner of the stage that a picture whose middle is here belongs to. */
export function cornerAt(middle: { x: number; y: number }, size: Size): Corner {
  const [row, side] = [
    middle.y < size.height / 2 ? 'top' : 'bottom',
    middle.x < size.width / 2 ? 'left' : 'right',
  ];
  return `${row}-${side}` as Corner;
}

/** The corner that lies in the direction of an arrow key; null for every other key. */
export function cornerTowards(corner: Corner, key: string): Corner | null {
  const [row, side] = corner.split('-');
  switch (key) {
    case 'ArrowUp':
      return `top-${side}` as Corner;
    case 'ArrowDown':
      return `bottom-${side}` as Corner;
    case 'ArrowLeft':
      return `${row}-left` as Corner;
    case 'ArrowRight':
      return `${row}-right` as Corner;
    default:
      return null;
  }
}
