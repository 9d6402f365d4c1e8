/** What a text becomes in the page. */
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Markdown } from './Markdown';

afterEach(cleanup);

it('markup of others stays text', () => {
  const text = '<img src=x onerror=alert(1)> <script>alert(1)</script> [x](javascript:alert(1))';
  const { container } = render(<Markdown text={text} />);
  expect(container.querySelector('img, script, a')).toBeNull();
  expect(container.textContent).toBe(text);
});

it('links open elsewhere and tell nothing of where they were', () => {
  render(<Markdown text="[文档](https://a.example/x)" />);
  const link = screen.getByRole('link', { name: '文档' });
  expect(link.getAttribute('href')).toBe('https://a.example/x');
  expect(link.getAttribute('rel')).toContain('noopener');
  expect(link.getAttribute('target')).toBe('_blank');
});

it('marks become elements, and mentions are told apart', () => {
  const { container } = render(<Markdown text={'**a** ~~b~~ @陈晓岚\n- c'} names={['陈晓岚']} />);
  expect(container.querySelector('strong')?.textContent).toBe('a');
  expect(container.querySelector('s')?.textContent).toBe('b');
  expect(container.querySelector('p span')?.textContent).toBe('@陈晓岚');
  expect(container.querySelector('ul li')?.textContent).toBe('c');
});
