/** Asking a question with options to choose from. */
import { Button, Input, Switch } from 'antd';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, IconButton, Sheet } from '@/ui';
import { useSession } from '../session';
import { useOpen } from '../thread/context';
import styles from './PollSheet.module.css';

const optionsMin = 2;
const optionsMax = 10;
const questionLengthMax = 200;
const optionLengthMax = 100;

export function PollSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  return (
    <Sheet open={open} onClose={onClose} title={t('chat:poll.new')}>
      <PollForm onClose={onClose} />
    </Sheet>
  );
}

function PollForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const { conversation } = useOpen();
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState(['', '']);
  const [multiple, setMultiple] = useState(false);
  const [anonymous, setAnonymous] = useState(false);
  const written = options.map((one) => one.trim()).filter(Boolean);
  const isReady =
    question.trim() !== '' && new Set(written).size === written.length && written.length >= optionsMin;
  const change = (at: number, text: string) =>
    setOptions(options.map((one, index) => (index === at ? text : one)));
  const send = () => {
    store.send(conversation.id, {
      text: '',
      poll: { question: question.trim(), options: written, multiple, anonymous },
    });
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) send();
      }}
    >
      <Field label={t('chat:poll.question')}>
        {(props) => (
          <Input
            {...props}
            autoFocus
            value={question}
            maxLength={questionLengthMax}
            onChange={(event) => setQuestion(event.target.value)}
          />
        )}
      </Field>
      <fieldset className={styles.options}>
        <legend>{t('chat:poll.options')}</legend>
        {options.map((option, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an option is its place until the poll is sent
          <div key={at} className={styles.option}>
            <Input
              value={option}
              maxLength={optionLengthMax}
              aria-label={t('chat:poll.option', { number: at + 1 })}
              placeholder={t('chat:poll.option', { number: at + 1 })}
              onChange={(event) => change(at, event.target.value)}
            />
            {options.length > optionsMin ? (
              <IconButton
                icon={X}
                size={16}
                label={t('chat:poll.removeOption', { number: at + 1 })}
                onClick={() => setOptions(options.filter((_, index) => index !== at))}
              />
            ) : null}
          </div>
        ))}
        {options.length < optionsMax ? (
          <Button
            type="text"
            icon={<Plus size={16} strokeWidth={1.75} />}
            onClick={() => setOptions([...options, ''])}
          >
            {t('chat:poll.addOption')}
          </Button>
        ) : null}
      </fieldset>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside the label */}
      <label className={styles.choice}>
        {t('chat:poll.multiple')}
        <Switch checked={multiple} onChange={setMultiple} />
      </label>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside the label */}
      <label className={styles.choice}>
        {t('chat:poll.anonymous')}
        <Switch checked={anonymous} onChange={setAnonymous} />
      </label>
      <div className={styles.foot}>
        <Button onClick={onClose}>{t('ui:cancel')}</Button>
        <Button type="primary" htmlType="submit" disabled={!isReady}>
          {t('chat:poll.send')}
        </Button>
      </div>
    </form>
  );
}
