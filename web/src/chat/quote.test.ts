import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import type { FileCard, Message } from '@/api';
import { quoteLine, quoteOf } from './quote';
import { sampleMessage } from './sample';

const t = ((key: string, values: Record<string, unknown> = {}) =>
  [key.replace('chat:line.', ''), values.context, values.text ?? values.count]
    .filter((part) => part !== undefined)
    .join(' ')) as unknown as TFunction;

const file = (name: string, group: FileCard['group']) => ({ id: name, name, group }) as FileCard;
const line = (change: Partial<Message>) => quoteLine(t, quoteOf(sampleMessage({ text: '', ...change })));

describe('the quote of a message that is not at hand', () => {
  it('says what more than words there was', () => {
    expect(line({ text: 'see **this**' })).toBe('see this');
    expect(line({ kind: 'files', data: { files: [file('plan.pdf', 'pdf')] } })).toBe('file plan.pdf');
    const pictures = { files: [file('a.png', 'image'), file('b.png', 'image')] };
    expect(line({ kind: 'files', data: pictures, text: 'look' })).toBe('picture many 2 look');
    const mixed = { files: [file('a.png', 'image'), file('b.pdf', 'pdf')] };
    expect(line({ kind: 'files', data: mixed })).toBe('file many a.png');
    const voice = { file: file('v.webm', 'audio'), duration_ms: 65_000, waveform: [] };
    expect(line({ kind: 'voice', data: voice })).toBe('voice 01:05');
    const place = { latitude: 1, longitude: 2, title: '', address: 'Road 4' };
    expect(line({ kind: 'location', data: place })).toBe('location Road 4');
  });

  it('is what its words are where an older client has kept no more', () => {
    const kept = {
      ...quoteOf(sampleMessage({ text: 'hot' })),
      kind: undefined as unknown as Message['kind'],
    };
    expect(quoteLine(t, kept)).toBe('hot');
  });
});
