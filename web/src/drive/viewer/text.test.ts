import { describe, expect, it } from 'vitest';
import { groupOf, nameParts } from '../kinds';
import { decoded, textBytesMax } from './text';

describe('texts', () => {
  it('are read in UTF-8 and in what came before it', () => {
    expect(decoded(new TextEncoder().encode('评审'))).toBe('评审');
    expect(decoded(Uint8Array.from([0xc6, 0xc0, 0xc9, 0xf3]))).toBe('评审');
  });
  it('may be cut within a letter', () => {
    const bytes = new Uint8Array(textBytesMax).fill(0x61);
    bytes[textBytesMax - 1] = 0xe8;
    expect(decoded(bytes).length).toBe(textBytesMax - 1);
  });
});

describe('files', () => {
  it.each([
    ['评审.pdf', '', 'pdf'],
    ['a.png', 'image/png', 'image'],
    ['main.rs', '', 'code'],
    ['notes', 'text/plain', 'text'],
    ['预算.xlsx', 'application/vnd.ms-excel', 'office'],
    ['x', '', 'other'],
  ])('%s of %s is %s', (name, type, group) => expect(groupOf(name, type)).toBe(group));
  it('keep the end of a long name', () => {
    expect(nameParts('四季度原型评审会议材料汇总最终版本第三稿修改.pptx')).toEqual([
      '四季度原型评审会议材料汇总最终版本',
      '第三稿修改.pptx',
    ]);
    expect(nameParts('short.txt')).toEqual(['short.txt', '']);
  });
});
