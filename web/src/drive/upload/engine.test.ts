/** The engine over a line in memory that breaks, refuses and knows files already. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api';
import { Uploads } from './engine';
import type { Channel, Line, Parcel, Told } from './line';

type Open = Parcel & { told: Told; log: string[] };

let opened: Open[];
let uploads: Uploads;

const line: Line = {
  open: (parcel, told): Channel => {
    const one: Open = { ...parcel, told, log: [] };
    opened.push(one);
    const note = (what: string) => () => void one.log.push(what);
    return { start: note('start'), stop: note('stop'), drop: note('drop') };
  },
};

const place = { space: 's', folder: null };
const file = (name: string, size = 10) => new File([new Uint8Array(size)], name, { type: 'text/plain' });
const offline = () => new ApiError(0, 'offline', '');
const soon = () => vi.advanceTimersByTimeAsync(0);
const at = (index: number): Open => opened[index] as Open;
const story = () => uploads.state().map(({ name, phase, sent }) => `${name} ${phase} ${sent}`);

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  uploads = new Uploads(line, async () => 'digest');
});
afterEach(() => vi.useRealTimers());

describe('uploads', () => {
  it('go three at a time, and the next follows', async () => {
    const [first = ''] = ['a', 'b', 'c', 'd'].map((name) => uploads.add(file(name), place));
    await soon();
    expect(opened.map((one) => one.file.name)).toEqual(['a', 'b', 'c']);
    at(0).told.sent(4);
    expect(story()).toEqual(['a sending 4', 'b sending 0', 'c sending 0', 'd waiting 0']);
    const arrival = uploads.arrival(first);
    at(0).told.done('file-a');
    await soon();
    expect(await arrival).toBe('file-a');
    expect(opened.at(-1)?.file.name).toBe('d');
    expect(uploads.keptFile('file-a')?.name).toBe('a');
  });

  it('go on by themselves after the line has broken, and at once when it is back', async () => {
    uploads.add(file('a'), place);
    await soon();
    at(0).told.sent(6);
    at(0).told.failed(offline());
    expect(story()).toEqual(['a broken 6']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(at(0).log).toEqual(['start', 'start']);
    at(0).told.failed(offline());
    await vi.advanceTimersByTimeAsync(1_000);
    expect(at(0).log).toHaveLength(2);
    uploads.hurry();
    await soon();
    expect(at(0).log).toHaveLength(3);
    at(0).told.done('file-a');
    expect(story()).toEqual(['a done 10']);
    expect(opened).toHaveLength(1);
  });

  it('do not wait for a line on which nothing moves', async () => {
    uploads.add(file('a'), place);
    await soon();
    at(0).told.sent(6);
    await vi.advanceTimersByTimeAsync(46_000);
    expect(at(0).log).toEqual(['start', 'stop', 'start']);
  });

  it('stop where they are and go on from there', async () => {
    const id = uploads.add(file('a'), place);
    await soon();
    at(0).told.sent(3);
    uploads.pause(id);
    at(0).told.sent(5);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(story()).toEqual(['a paused 3']);
    uploads.resume(id);
    await soon();
    expect(at(0).log).toEqual(['start', 'stop', 'start']);
  });

  it('say what was refused, and try again only when asked', async () => {
    const id = uploads.add(file('a'), place);
    const arrival = uploads.arrival(id);
    await soon();
    at(0).told.failed(new ApiError(413, 'drive.quota', '空间满了'));
    await expect(arrival).rejects.toMatchObject({ code: 'drive.quota' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(story()).toEqual(['a failed 0']);
    uploads.resume(id);
    await soon();
    at(1).told.done('file-a');
    expect(await uploads.arrival(id)).toBe('file-a');
  });

  it('are given up with what the office has of them', async () => {
    const id = uploads.add(file('a'), place);
    const arrival = uploads.arrival(id);
    await soon();
    uploads.cancel(id);
    await expect(arrival).rejects.toMatchObject({ code: 'drive.cancelled' });
    expect(at(0).log).toEqual(['start', 'drop']);
    expect(story()).toEqual([]);
  });

  it('tell a digest of what is worth one, and make what has to be made first', async () => {
    uploads.add(file('small'), place);
    uploads.add(file('large', 300 * 1024), place);
    uploads.add({ file: file('raw', 9), make: async () => file('smaller', 5) }, { conversation: 'room' });
    await soon();
    expect(Object.fromEntries(opened.map((one) => [one.file.name, one.sha256]))).toEqual({
      small: null,
      large: 'digest',
      smaller: null,
    });
    expect(uploads.state().at(-1)).toMatchObject({ name: 'smaller', size: 5 });
  });

  it('do nothing more for a file that was paused while it was prepared', async () => {
    const id = uploads.add({ file: file('raw'), make: async () => file('made') }, place);
    uploads.pause(id);
    await soon();
    expect(opened).toHaveLength(0);
    uploads.resume(id);
    await soon();
    expect(opened).toHaveLength(1);
  });
});
