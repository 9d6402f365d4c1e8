/** Commands of programs: typed at the beginning, after a slash. Plain values. */
import type { SlashCommand } from '@/app';

/** `/deploy now` as the command and what follows; null for anything else. */
export function commandOf(
  text: string,
  known: readonly SlashCommand[],
): { command: string; rest: string } | null {
  const [, command = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  return known.some((one) => one.command === command) ? { command, rest } : null;
}

const shownMax = 8;

/** Commands that may be meant by what stands in the field so far. */
export function fittingCommands(text: string, known: readonly SlashCommand[]): SlashCommand[] {
  if (!/^\/\S*$/.test(text)) return [];
  const words = text.toLowerCase();
  return known.filter(({ command }) => command.toLowerCase().startsWith(words)).slice(0, shownMax);
}
