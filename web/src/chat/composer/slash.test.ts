/** What a slash at the beginning means. */
import { describe, expect, it } from 'vitest';
import { commandOf, fittingCommands } from './slash';

const known = ['/deploy', '/deny', '/help'].map((command) => ({
  command,
  hint: '',
  description: '',
  by: 'bot',
}));

describe('commands', () => {
  it('are offered while their name is typed', () => {
    expect(fittingCommands('/de', known).map((one) => one.command)).toEqual(['/deploy', '/deny']);
    expect(fittingCommands('/', known)).toHaveLength(3);
    expect(fittingCommands('/deploy now', known)).toEqual([]);
    expect(fittingCommands('a /de', known)).toEqual([]);
  });

  it('take the rest of the text, and nothing that no program knows', () => {
    expect(commandOf('/deploy web\nnow', known)).toEqual({ command: '/deploy', rest: 'web\nnow' });
    expect(commandOf('/help', known)).toEqual({ command: '/help', rest: '' });
    expect(commandOf('/usr/bin is full', known)).toBeNull();
    expect(commandOf('hello', known)).toBeNull();
  });
});
