/** Copying says whether it worked, with and without the clipboard of the browser. */
import { afterEach, expect, it, vi } from 'vitest';
import { copyText } from './copy';

const clipboard = (writeText?: (text: string) => Promise<void>) =>
  Object.defineProperty(navigator, 'clipboard', {
    configurable: true,
    value: writeText ? { writeText } : undefined,
  });

/** What the browser would take when it is told to copy the selection. */
function selection(answer: boolean) {
  const taken: string[] = [];
  document.execCommand = vi.fn(() => {
    const from = document.activeElement as HTMLTextAreaElement;
    taken.push(from.value.slice(from.selectionStart, from.selectionEnd));
    return answer;
  });
  return taken;
}

afterEach(() => {
  clipboard();
  document.body.replaceChildren();
  Reflect.deleteProperty(document, 'execCommand');
});

it('takes the clipboard where there is one', async () => {
  const writeText = vi.fn(async () => undefined);
  clipboard(writeText);
  expect(await copyText('/chat/join/a')).toBe(true);
  expect(writeText).toHaveBeenCalledWith('/chat/join/a');
});

it('copies over plain HTTP too, and leaves nothing behind', async () => {
  const taken = selection(true);
  document.body.innerHTML = '<div role="dialog"><button>复制</button></div>';
  const button = document.querySelector('button') as HTMLButtonElement;
  button.focus();
  expect(await copyText('第一行\n第二行')).toBe(true);
  expect(taken).toEqual(['第一行\n第二行']);
  expect(document.activeElement).toBe(button);
  expect(document.querySelector('textarea')).toBeNull();
});

it('tries the selection when the clipboard refuses', async () => {
  clipboard(() => Promise.reject(new DOMException('', 'NotAllowedError')));
  const taken = selection(true);
  expect(await copyText('hutong')).toBe(true);
  expect(taken).toEqual(['hutong']);
});

it('says so when nothing was copied', async () => {
  selection(false);
  expect(await copyText('hutong')).toBe(false);
  Reflect.deleteProperty(document, 'execCommand');
  expect(await copyText('hutong')).toBe(false);
  expect(document.querySelector('textarea')).toBeNull();
});
