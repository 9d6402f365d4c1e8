/** The stage as a picture: what is where, in words a person can check. */
import { describe, expect, it } from 'vitest';
import { fakeCall, scenes } from './gallery/scenes';
import { type CallEvent, reduce } from './reduce';
import { cornerAt, cornerTowards, gridOf, placementsOf, type Size, stageOf } from './stage';
import type { CallState } from './state';

const DESK: Size = { width: 1416, height: 768 };
const BESIDE_PANEL: Size = { width: 1076, height: 768 };
const PHONE: Size = { width: 374, height: 640 };

const callIn = (scene: string, ...more: CallEvent[]): CallState =>
  more.reduce(reduce, fakeCall(scenes[scene]?.('zh-CN') ?? [], () => () => undefined).state());

const draw = (state: CallState, size: Size, page = 0): string[] =>
  placementsOf(stageOf(state, size, page), size).map(
    ({ what, person, size: kind, box }) =>
      `${person?.name ?? '…'} ${what} ${kind} ${box.width}×${box.height} @ ${box.x},${box.y}`,
  );

describe('grid', () => {
  it.each([
    [1, '1×1 1365×768'],
    [2, '2×1 704×502'],
    [4, '2×2 675×380'],
    [5, '3×2 466×332'],
    [9, '3×3 444×250'],
  ])('of %i makes the cells as large as they can be', (count, words) => {
    const { columns, rows, cell } = gridOf(count, DESK);
    expect(`${columns}×${rows} ${cell.width}×${cell.height}`).toBe(words);
  });

  it('holds nine people beside a panel as the picture shows them', () => {
    const { columns, rows, cell } = gridOf(9, BESIDE_PANEL);
    expect([columns, rows, cell]).toEqual([3, 3, { width: 353, height: 250 }]);
  });

  it('turns pages beyond nine and keeps the cells while paging', () => {
    const state = callIn('pages');
    const first = stageOf(state, DESK, 0);
    const second = stageOf(state, DESK, 7);
    if (first.kind !== 'grid' || second.kind !== 'grid') throw new Error('a grid was expected');
    expect([first.tiles.length, second.tiles.length, second.page, second.pages]).toEqual([9, 3, 1, 2]);
    expect(second.grid).toEqual(first.grid);
  });

  it('puts six on a phone and twenty-five on a wall', () => {
    const state = callIn('pages');
    const on = (size: Size) => {
      const stage = stageOf(state, size, 0);
      return stage.kind === 'grid' ? stage.tiles.length : 0;
    };
    expect([on(PHONE), on({ width: 2400, height: 1300 })]).toEqual([6, 12]);
  });

  it('with one other person makes them large and floats me', () => {
    expect(draw(callIn('two'), DESK)).toEqual([
      '李娜 camera normal 1365×768 @ 26,0',
      '陈晓岚 camera floating 224×126 @ 1180,630',
    ]);
  });

  it('keeps my floating picture in the corner I gave it, below the strip', () => {
    const corner = { type: 'self_corner', corner: 'top-left' } as const;
    expect(draw(callIn('two', corner), DESK)[1]).toBe('陈晓岚 camera floating 224×126 @ 12,12');
    const shared = draw(callIn('share', corner, { type: 'self_view', selfView: 'float' }), BESIDE_PANEL);
    expect(shared.at(-1)).toBe('陈晓岚 camera floating 224×126 @ 12,120');
    expect(cornerAt({ x: 1300, y: 60 }, DESK)).toBe('top-right');
    expect(['ArrowUp', 'ArrowLeft', 'Tab'].map((key) => cornerTowards('bottom-right', key))).toEqual([
      'top-right',
      'bottom-left',
      null,
    ]);
  });

  it('shows me when I am alone, even when I hide myself', () => {
    expect(draw(callIn('alone', { type: 'self_view', selfView: 'hidden' }), DESK)).toHaveLength(1);
  });
});

describe('focus', () => {
  it('gives a share the room and six places to the strip, the voice first', () => {
    expect(draw(callIn('share'), BESIDE_PANEL)).toEqual([
      '李娜 camera strip 172×98 @ 2,0',
      '陈晓岚 camera strip 172×98 @ 182,0',
      '王伟 camera strip 172×98 @ 362,0',
      '赵一鸣 camera strip 172×98 @ 542,0',
      'Anna Schmidt camera strip 172×98 @ 722,0',
      '… rest strip 172×98 @ 902,0',
      '李娜 screen large 1076×660 @ 0,108',
    ]);
  });

  it('moves the strip to the side of a very wide window', () => {
    const stage = stageOf(callIn('share'), { width: 2000, height: 700 }, 0);
    expect(stage.kind === 'focus' && stage.side).toBe('right');
  });

  it('shows the speaker large once', () => {
    const stage = stageOf(callIn('speaker'), DESK, 0);
    if (stage.kind !== 'focus') throw new Error('a focus was expected');
    expect(stage.main.person.name).toBe('李娜');
    expect(stage.strip.map((one) => one.name)).not.toContain('李娜');
  });

  it('follows a pin in every layout', () => {
    const stage = stageOf(callIn('grid', { type: 'pin', identity: 'p5' }), DESK, 0);
    expect(stage.kind === 'focus' && stage.main.person.identity).toBe('p5');
  });
});
