/** What programs can be told here, while somebody types a slash; and what they answer to this person alone. */
import { useQuery } from '@tanstack/react-query';
import { EyeOff, SquareSlash, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CardData } from '@/api';
import { type SlashCommand, useActs, type Whisper } from '@/app';
import { IconButton, useErrorWords, useToast } from '@/ui';
import { chatKey } from '../api';
import { Markdown } from '../markdown/Markdown';
import { CardBody } from '../programs/ProgramCard';
import { useOpen } from '../thread/context';
import list from './MentionList.module.css';
import styles from './SlashList.module.css';
import { commandOf, fittingCommands } from './slash';

const noCommands: SlashCommand[] = [];

/** The commands of this conversation, and the way to give one. */
export function useSlash(text: string) {
  const { conversation } = useOpen();
  const { slashCommands, runSlashCommand } = useActs();
  const toast = useToast();
  const words = useErrorWords();
  const [whisper, setWhisper] = useState<Whisper | null>(null);
  const isBegun = text.startsWith('/');
  const { data: known = noCommands } = useQuery({
    queryKey: [...chatKey, 'commands', conversation.id],
    queryFn: () => slashCommands(conversation.id),
    enabled: isBegun,
    retry: false,
  });
  /** Whether the text was a command; it is then on its way. */
  const run = (said: string): boolean => {
    const given = commandOf(said, known);
    if (!given) return false;
    setWhisper(null);
    runSlashCommand(conversation.id, given.command, given.rest).then(setWhisper, (error: unknown) =>
      toast({ tone: 'failed', words: words(error) }),
    );
    return true;
  };
  return {
    found: isBegun ? fittingCommands(text, known) : [],
    run,
    whisper,
    hush: () => setWhisper(null),
  };
}

type Props = {
  commands: SlashCommand[];
  chosen: string | null;
  onPick: (command: string) => void;
  onPoint: (at: number) => void;
};

export function SlashList({ commands, chosen, onPick, onPoint }: Props) {
  const { t } = useTranslation('chat');
  if (commands.length === 0) return null;
  return (
    <div id="chat-commands" className={list.list} role="listbox" aria-label={t('program.commands')}>
      {commands.map(({ command, hint, description, by }, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
        <div
          key={command}
          id={`chat-command-${at}`}
          className={list.row}
          role="option"
          tabIndex={-1}
          aria-selected={command === chosen}
          onPointerMove={() => onPoint(at)}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(command)}
        >
          <SquareSlash size={18} strokeWidth={1.75} aria-hidden="true" />
          <span className={styles.command}>
            <b>{command}</b> {hint}
            <small>{[description, by].filter(Boolean).join(' · ')}</small>
          </span>
        </div>
      ))}
    </div>
  );
}

/** What a program says to one person; it goes when it is put away. */
export function WhisperLine({ whisper, onHush }: { whisper: Whisper | null; onHush: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  if (!whisper) return null;
  return (
    <section className={styles.whisper} aria-label={t('chat:program.whisper')} role="status">
      <header>
        <EyeOff size={14} strokeWidth={1.75} aria-hidden="true" />
        {t('chat:program.whisper')}
        <IconButton icon={X} size={14} label={t('ui:close')} onClick={onHush} />
      </header>
      {whisper.card ? <CardBody card={whisper.card as CardData} busy={null} /> : null}
      {whisper.text ? <Markdown text={whisper.text} /> : null}
    </section>
  );
}
