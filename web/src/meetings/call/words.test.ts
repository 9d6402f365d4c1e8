/** Small pure parts: chat, controls, devices, keys, statistics, retrying. */
import { DisconnectReason } from 'livekit-client';
import { describe, expect, it } from 'vitest';
import { usedQuality } from './capture';
import { blocksOf, piecesOf } from './chat';
import { barOf } from './controls';
import { deviceChanges, listsOf, preferred } from './devices';
import { mediaFailure } from './errors';
import { fakeCall, scenes } from './gallery/scenes';
import { loudness } from './level';
import { endOf, isFinal, pauseMs } from './retry';
import { absentOf, rosterOf } from './roster';
import { actOf } from './shortcuts';
import type { Devices, Line } from './state';
import { rowOf } from './statistics';

const line = (id: string, identity: string, at: number): Line => ({
  id,
  identity,
  name: identity,
  text: id,
  at,
  state: 'sent',
});
const callIn = (scene: string) => fakeCall(scenes[scene]?.('zh-CN') ?? [], () => () => undefined).state();

describe('chat', () => {
  it('puts what one person says within five minutes under one head', () => {
    const blocks = blocksOf([
      line('1', 'a', 0),
      line('2', 'a', 60_000),
      { id: 'x', happening: 'joined', names: ['b'], at: 70_000 },
      line('3', 'a', 80_000),
      line('4', 'a', 400_000),
    ]);
    expect(
      blocks.map((block) => (block.kind === 'run' ? block.lines.map((one) => one.id).join('') : '—')),
    ).toEqual(['12', '—', '3', '4']);
  });

  it.each([
    ['看 https://a.example/x?y=1。好', ['https://a.example/x?y=1']],
    ['(http://a.example/b).', ['http://a.example/b']],
    ['javascript:alert(1) ftp://x', []],
    ['https://a.example/一 and http://b.example', ['https://a.example/一', 'http://b.example']],
  ])('finds the links in %s', (text, links) => {
    const pieces = piecesOf(text);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.flatMap((piece) => piece.href ?? [])).toEqual(links);
  });
});

describe('controls', () => {
  const words = (scene: string, places: number, phone = false, canShare = true) => {
    const bar = barOf(callIn(scene), { places, phone, canShare });
    return [bar.shown, bar.more].map((list) => list.map((one) => one.id).join(' ')).join(' | ');
  };

  it('keep their order and leave from the right, chat and people last', () => {
    expect(words('grid', 6)).toBe('share react hand chat people host | ');
    expect(words('grid', 4)).toBe('share react chat people | hand host');
    expect(words('grid', 2)).toBe('chat people | share react hand host');
  });

  it('on a phone are share and people, and chat where sharing is impossible', () => {
    expect(words('grid', 9, true)).toBe('share people | react hand chat host');
    expect(words('grid', 9, true, false)).toBe('chat people | share react hand host');
  });

  it('tell what is unread, what is on and what cannot be', () => {
    const bar = barOf(callIn('grid'), { places: 6, phone: false, canShare: false });
    const of = (id: string) => bar.shown.find((one) => one.id === id);
    expect([of('chat')?.badge, of('people')?.look, of('share')?.reason]).toEqual([
      2,
      'active',
      'share_unsupported',
    ]);
  });
});

describe('people', () => {
  it('are listed as me, host, co-hosts, hands, lately speaking, the rest', () => {
    const names = rosterOf(callIn('grid'), '', 0).map((row) => row.person.name);
    expect(names.slice(0, 3)).toEqual(['陈晓岚', '李娜', '赵一鸣']);
  });

  it('are found by a part of their name, and those missing are known', () => {
    const state = callIn('grid');
    expect(rosterOf(state, ' schm ', 0).map((row) => row.person.name)).toEqual(['Anna Schmidt']);
    const invited = [
      { id: 'p2', name: '王伟', avatarUrl: null },
      { id: 'x', name: '孙浩', avatarUrl: null },
    ];
    expect(absentOf(state, invited, '').map((one) => one.name)).toEqual(['孙浩']);
  });
});

describe('devices', () => {
  const found = [
    { kind: 'audioinput', deviceId: 'default', label: 'Default' },
    { kind: 'audioinput', deviceId: 'a', label: 'Desk (046d:085e)' },
    { kind: 'videoinput', deviceId: '', label: '' },
  ] as const;
  const lists = listsOf([...found]);
  const before: Devices = { lists, chosen: { microphone: 'a', camera: null, speaker: null } };

  it('without a permission are not listed, and lose their bus numbers', () => {
    expect(lists.microphone.map((one) => one.label)).toEqual(['Default', 'Desk']);
    expect(lists.camera).toEqual([]);
  });

  it('that vanish are replaced, that appear are offered', () => {
    const gone = listsOf([found[0]]);
    expect(deviceChanges(before, gone)).toMatchObject([
      { kind: 'microphone', lost: { id: 'a' }, fallback: { id: 'default' } },
    ]);
    const more = listsOf([...found, { kind: 'audioinput', deviceId: 'b', label: 'Headset' }]);
    expect(deviceChanges(before, more)).toMatchObject([{ lost: null, found: { label: 'Headset' } }]);
    expect(deviceChanges(before, lists)).toEqual([]);
  });

  it('are remembered only while they exist', () => {
    expect([preferred(lists.microphone, 'a'), preferred(lists.microphone, 'z'), preferred([], 'a')]).toEqual([
      'a',
      'default',
      null,
    ]);
  });

  it.each([
    ['NotAllowedError', 'refused'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'failed'],
  ])('that fail with %s are %s', (name, cause) => {
    expect(mediaFailure(new DOMException('', name))).toBe(cause);
  });
});

describe('keys', () => {
  it.each([
    ['m', false, false, 'microphone'],
    ['M', false, false, 'microphone'],
    ['m', true, false, null],
    ['m', false, true, null],
    ['Escape', false, true, 'close'],
    ['?', false, false, 'keys'],
    ['x', false, false, null],
  ])('%s (modified %s, typing %s) means %s', (key, modified, typing, act) => {
    expect(actOf({ key, modified, typing })).toBe(act);
  });
});

describe('numbers', () => {
  it('of a received track come from two looks', () => {
    const report = (bytes: number, packets: number, lost: number) =>
      new Map([
        [
          'in',
          {
            id: 'in',
            type: 'inbound-rtp',
            bytesReceived: bytes,
            packetsReceived: packets,
            packetsLost: lost,
            frameWidth: 1280,
            frameHeight: 720,
            framesPerSecond: 30,
            jitter: 0.004,
            codecId: 'c',
          },
        ],
        ['c', { id: 'c', type: 'codec', mimeType: 'video/VP8' }],
      ]) as unknown as Parameters<typeof rowOf>[0];
    const about = { id: 't', identity: 'a', name: 'A', source: 'camera' };
    const first = rowOf(report(0, 0, 0), about, undefined, 1000);
    const second = rowOf(report(125_000, 90, 10), about, first.sample, 2000);
    expect(second.row).toMatchObject({
      direction: 'received',
      codec: 'VP8',
      kilobits: 1000,
      loss: 0.1,
      height: 720,
      framesPerSecond: 30,
      jitterMs: 4,
    });
  });

  it('of loudness run from silence to speech', () => {
    expect(loudness(new Float32Array(256))).toBe(0);
    expect(loudness(new Float32Array(256).fill(0.5))).toBe(1);
  });

  it('of cores choose the picture', () => {
    expect([usedQuality('auto', 2), usedQuality('auto', 8), usedQuality('360', 8)]).toEqual([
      '720',
      '1080',
      '360',
    ]);
  });
});

describe('coming back', () => {
  it('waits longer each time, never longer than ten seconds', () => {
    expect([0, 1, 2, 3, 9].map((attempt) => pauseMs(attempt, 1))).toEqual([500, 1000, 2000, 4000, 10_000]);
    expect(pauseMs(0, 0)).toBe(250);
  });

  it('is not tried after a removal or an end', () => {
    expect(endOf(DisconnectReason.PARTICIPANT_REMOVED)).toBe('removed');
    expect(endOf(DisconnectReason.ROOM_DELETED)).toBe('ended_by_host');
    expect(endOf(DisconnectReason.SERVER_SHUTDOWN)).toBeNull();
    expect(endOf(undefined)).toBeNull();
  });

  it('stops when the office says no, not when it is away', () => {
    expect([404, 403, 409].map((status) => isFinal({ status }))).toEqual([true, true, true]);
    expect([0, 429, 500, 503].map((status) => isFinal({ status }))).toEqual([false, false, false, false]);
    expect(isFinal(new Error('x'))).toBe(false);
  });
});
