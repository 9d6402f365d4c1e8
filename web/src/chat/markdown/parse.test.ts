/** What marks mean, and what nobody gets into the page by them. */
import { describe, expect, it } from 'vitest';
import { type Block, type Inline, parse, plainText, safeHref } from './parse';

/** A tree as one reads it: `b(…)` for bold, `a(href …)` for a link. */
function say(parts: readonly Inline[]): string {
  return parts
    .map((one) => {
      if (one.kind === 'text') return one.text;
      if (one.kind === 'break') return '⏎';
      if (one.kind === 'code') return `code(${one.text})`;
      if (one.kind === 'mention') return `m(${one.text})`;
      if (one.kind === 'link') return `a(${one.href} ${say(one.children)})`;
      return `${one.kind[0]}(${say(one.children)})`;
    })
    .join('');
}

const sayBlock = (block: Block): string => {
  if (block.kind === 'paragraph') return say(block.children);
  if (block.kind === 'code') return `pre[${block.language}](${block.text})`;
  if (block.kind === 'quote') return `q(${block.children.map(sayBlock).join('|')})`;
  return `${block.ordered ? `ol${block.start}` : 'ul'}(${block.items.map(say).join('|')})`;
};

const read = (text: string, names: string[] = []) => parse(text, names).map(sayBlock).join(' ¶ ');

describe('marks', () => {
  it.each([
    ['**粗**体和*斜*', 'b(粗)体和i(斜)'],
    ['__bold__ _italic_ ~~gone~~', 'b(bold) i(italic) s(gone)'],
    ['**a *b* c**', 'b(a i(b) c)'],
    ['snake_case_name stays', 'snake_case_name stays'],
    ['2 * 3 * 4', '2 * 3 * 4'],
    ['**not closed', '**not closed'],
    ['****', '****'],
    ['\\*no\\*', '*no*'],
    ['`a **b**` c', 'code(a **b**) c'],
    ['``a`b``', 'code(a`b)'],
    ['one\ntwo', 'one⏎two'],
    ['one\n\ntwo', 'one ¶ two'],
  ])('%j', (text, meant) => expect(read(text)).toBe(meant));
});

describe('blocks', () => {
  it.each([
    ['### 构建失败\n- 单元测试', 'b(构建失败) ¶ ul(单元测试)'],
    ['a\n# b\nc', 'a ¶ b(b) ¶ c'],
    ['#7 和 #话题', '#7 和 #话题'],
    ['```ts\nconst a = "<b>";\n```', 'pre[ts](const a = "<b>";)'],
    ['```\nopen for ever', 'pre[](open for ever)'],
    ['> 引用\n> **二**\n后', 'q(引用⏎b(二)) ¶ 后'],
    ['>> 深', 'q(q(深))'],
    ['- 一\n- 二\n文', 'ul(一|二) ¶ 文'],
    ['3. c\n4. d', 'ol3(c|d)'],
    ['-5 度', '-5 度'],
  ])('%j', (text, meant) => expect(read(text)).toBe(meant));
});

describe('links', () => {
  it.each([
    ['看 https://a.example/x。', '看 a(https://a.example/x https://a.example/x)。'],
    ['(https://a.example/x)', '(a(https://a.example/x https://a.example/x))'],
    ['[文档](https://a.example/b_c)', 'a(https://a.example/b_c 文档)'],
    ['mailto:li@a.example', 'a(mailto:li@a.example mailto:li@a.example)'],
    ['xhttps://a.example', 'xhttps://a.example'],
    ['https://', 'https://'],
  ])('%j', (text, meant) => expect(read(text)).toBe(meant));

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\tscript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//a.example',
    '/relative',
    'blob:https://a.example/1',
  ])('never lead by %j', (href) => {
    expect(safeHref(href)).toBeNull();
    expect(JSON.stringify(parse(`[press](${href})`))).not.toContain(`"href":"${href}`);
  });

  it('hold no links within', () => {
    expect(read('[https://bad.example](https://a.example/)')).toBe('a(https://a.example/ )');
  });
});

describe('mentions', () => {
  it('are names of people who are mentioned', () => {
    expect(read('@陈晓岚 和 @陈晓 @王五', ['陈晓', '陈晓岚'])).toBe('m(@陈晓岚) 和 m(@陈晓) @王五');
  });
});

describe('what nobody gets into the page', () => {
  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '&lt;b&gt;',
    '<a href="javascript:1">x</a>',
  ])('%j stays text', (text) =>
    expect(parse(text)).toEqual([{ kind: 'paragraph', children: [{ kind: 'text', text }] }]),
  );

  it('nor the page out of breath', () => {
    const started = performance.now();
    for (const piece of ['*', '**a', '_', '`', '[', '[a](', '> ', '~~', '**_', '@', '1. ', '*a **b _c '])
      parse(piece.repeat(8000 / piece.length), ['a']);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});

describe('on one line', () => {
  it('marks are gone', () => {
    expect(plainText('> a\n\n**b** [c](https://d.example)\n- e')).toBe('a b c e');
  });
});
