/** What conversations may ask of programs. */
import type { Acts } from '@/app';
import { newId } from '@/lib';
import { fetchCommands, pressed, runCommand } from './api';

export const acts: Acts = {
  slashCommands: async (conversation) => {
    const { commands } = await fetchCommands(conversation);
    return commands.map(({ command, hint, description, bot }) => ({
      command,
      hint,
      description,
      by: bot.name,
    }));
  },
  runSlashCommand: async (conversation, command, text) => {
    const said = (await runCommand(conversation, command, text, newId()))?.message;
    return said ? { text: said.text ?? null, card: said.card ?? null } : null;
  },
  pressButton: async (message, action, value) => (await pressed(message, action, value))?.toast ?? null,
};
