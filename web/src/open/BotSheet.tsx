/** A bot: what it is called, what it answers to, what it is told and where. */
import { Button, Checkbox, Input } from 'antd';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, IconButton, Sheet } from '@/ui';
import { type Bot, type BotCommand, type BotEvent, botEvents, changeBot, makeBot } from './api';
import { useAttempt } from './attempt';
import { type Face, FaceFields, trimmed } from './FaceFields';
import styles from './Open.module.css';

const descriptionLengthMax = 200;
const commandsMax = 20;

type Props = {
  open: boolean;
  bot: Bot | null;
  onMade: (bot: Bot) => void;
  onClose: () => void;
};

export function BotSheet({ open, ...props }: Props) {
  const { t } = useTranslation('open');
  return (
    <Sheet open={open} onClose={props.onClose} title={t(props.bot ? 'bots.change' : 'bots.new')} width={560}>
      <Form key={props.bot?.id ?? 'new'} {...props} />
    </Sheet>
  );
}

function Form({ bot, onMade, onClose }: Omit<Props, 'open'>) {
  const { t } = useTranslation(['open', 'ui']);
  const { attempt, busy } = useAttempt();
  const [face, setFace] = useState<Face>({ name: bot?.name ?? '', avatar: bot?.avatar ?? '' });
  const [description, setDescription] = useState(bot?.description ?? '');
  const [callback, setCallback] = useState(bot?.callback_url ?? '');
  const [events, setEvents] = useState<BotEvent[]>(bot?.events ?? []);
  const [commands, setCommands] = useState<BotCommand[]>(bot?.commands ?? []);
  const save = async () => {
    const words = { ...trimmed(face), description: description.trim() };
    const saved = await attempt(() =>
      bot
        ? changeBot(bot.id, {
            ...words,
            callback_url: callback.trim(),
            events,
            commands: commands.filter(({ command }) => command.trim() !== ''),
          })
        : makeBot(words),
    );
    if (!saved) return;
    onClose();
    if (saved.token || saved.secret) onMade(saved);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <FaceFields face={face} label={t('open:bots.name')} example={{ avatar: '🤖' }} onChange={setFace} />
      <Field label={t('open:bots.description')} help={t('open:optional')}>
        {(props) => (
          <Input
            {...props}
            value={description}
            maxLength={descriptionLengthMax}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
      {bot ? (
        <>
          <Commands commands={commands} onChange={setCommands} />
          <fieldset className={styles.events}>
            <legend>{t('open:bots.events')}</legend>
            <Checkbox.Group<BotEvent>
              value={events}
              options={botEvents.map((value) => ({ value, label: t(`open:event.${value}`) }))}
              onChange={setEvents}
            />
          </fieldset>
          <Field label={t('open:bots.callback')} help={t('open:bots.callbackHelp')}>
            {(props) => (
              <Input
                {...props}
                type="url"
                value={callback}
                placeholder="https://"
                onChange={(event) => setCallback(event.target.value)}
              />
            )}
          </Field>
        </>
      ) : null}
      <Button
        type="primary"
        size="large"
        block
        htmlType="submit"
        loading={busy}
        disabled={face.name.trim() === ''}
      >
        {bot ? t('ui:save') : t('open:bots.make')}
      </Button>
    </form>
  );
}

function Commands({
  commands,
  onChange,
}: {
  commands: BotCommand[];
  onChange: (commands: BotCommand[]) => void;
}) {
  const { t } = useTranslation('open');
  const put = (at: number, change: Partial<BotCommand>) =>
    onChange(commands.map((one, place) => (place === at ? { ...one, ...change } : one)));
  return (
    <fieldset className={styles.events}>
      <legend>{t('bots.commands')}</legend>
      {commands.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a command is its place while it is written
        <div key={at} className={styles.command}>
          <Input
            value={one.command}
            placeholder="/deploy"
            aria-label={t('bots.command', { number: at + 1 })}
            onChange={(event) => put(at, { command: event.target.value.trim() })}
          />
          <Input
            value={one.hint}
            placeholder={t('bots.hintPlaceholder')}
            aria-label={t('bots.hint', { number: at + 1 })}
            onChange={(event) => put(at, { hint: event.target.value })}
          />
          <Input
            value={one.description}
            placeholder={t('bots.does')}
            aria-label={t('bots.doesOf', { number: at + 1 })}
            onChange={(event) => put(at, { description: event.target.value })}
          />
          <IconButton
            icon={X}
            size={16}
            label={t('bots.removeCommand', { number: at + 1 })}
            onClick={() => onChange(commands.filter((_, place) => place !== at))}
          />
        </div>
      ))}
      {commands.length < commandsMax ? (
        <Button
          type="text"
          icon={<Plus size={16} strokeWidth={1.75} />}
          onClick={() => onChange([...commands, { command: '', hint: '', description: '' }])}
        >
          {t('bots.addCommand')}
        </Button>
      ) : null}
    </fieldset>
  );
}
