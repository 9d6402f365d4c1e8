/** How a conversation is for me, and how it is for everybody. */
import { App, Button, Input, Select, Switch } from 'antd';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, ConversationRules, Level, Who } from '@/api';
import { useErrorWords, useToast } from '@/ui';
import { type ConversationEdit, dissolve, editConversation } from '../api';
import { useLeave } from '../list/RowMenu';
import { titleOf } from '../list/rows';
import { useSession } from '../session';
import { useOpen } from '../thread/context';
import styles from './SettingsTab.module.css';

const titleLengthMax = 60;
const announcementLengthMax = 2000;
const nicknameLengthMax = 32;

/** Shows a setting at once, and takes it back when the office refuses. */
function useEdit() {
  const { store } = useSession();
  const { conversation } = useOpen();
  const toast = useToast();
  const words = useErrorWords();
  return async (edit: ConversationEdit): Promise<void> => {
    const { rules, ...rest } = edit;
    store.keep({ ...conversation, ...rest, rules: { ...conversation.rules, ...rules } } as Conversation);
    try {
      store.keep(await editConversation(conversation.id, edit));
    } catch (error) {
      store.keep(conversation);
      toast({ tone: 'failed', words: words(error) });
    }
  };
}

function Switched({
  name,
  on,
  disabled,
  onTurn,
}: {
  name: string;
  on: boolean;
  disabled?: boolean;
  onTurn: (on: boolean) => void;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside the label
    <label className={styles.row}>
      <span>{name}</span>
      <Switch checked={on} disabled={disabled} onChange={onTurn} />
    </label>
  );
}

/** A text that is saved when it is left. */
function Written({
  name,
  value,
  lengthMax,
  long = false,
  placeholder,
  onSave,
}: {
  name: string;
  value: string;
  lengthMax: number;
  long?: boolean;
  placeholder?: string;
  onSave: (text: string) => void;
}) {
  const id = useId();
  const [text, setText] = useState(value);
  const save = () => {
    if (text.trim() !== value) onSave(text.trim());
  };
  const common = { id, value: text, maxLength: lengthMax, placeholder, onBlur: save };
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{name}</label>
      {long ? (
        <Input.TextArea
          {...common}
          autoSize={{ minRows: 2, maxRows: 8 }}
          onChange={(event) => setText(event.target.value)}
        />
      ) : (
        <Input {...common} onChange={(event) => setText(event.target.value)} onPressEnter={save} />
      )}
    </div>
  );
}

const levels: Level[] = ['all', 'mentions', 'none'];

export function SettingsTab() {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { conversation } = useOpen();
  const { id, mine, kind } = conversation;
  const isGroup = kind === 'group';
  const isAdmin = mine.role !== 'member';
  const mayEdit = kind !== 'direct' && (isAdmin || conversation.rules.edit === 'everyone');
  return (
    <div className={styles.settings}>
      <Section title={t('settings.mine')}>
        <Switched
          name={t('settings.pinned')}
          on={mine.pinned}
          onTurn={(pinned) => void store.setMine(id, { pinned })}
        />
        <div className={styles.row}>
          <span id="chat-level">{t('settings.level')}</span>
          <Select<Level>
            size="small"
            aria-labelledby="chat-level"
            value={mine.level ?? (mine.muted ? 'mentions' : 'all')}
            popupMatchSelectWidth={false}
            options={levels.map((value) => ({ value, label: t(`settings.levels.${value}`) }))}
            onChange={(level) => void store.setMine(id, { level, muted: level !== 'all' })}
          />
        </div>
        {kind === 'direct' ? null : (
          <Written
            key={mine.nickname}
            name={t('settings.nickname')}
            value={mine.nickname}
            lengthMax={nicknameLengthMax}
            placeholder={t('settings.noNickname')}
            onSave={(nickname) => void store.setMine(id, { nickname }).then(() => store.loadRoster(id))}
          />
        )}
      </Section>
      {mayEdit ? <ForAll isAdmin={isAdmin} /> : null}
      {isGroup ? <Ending /> : null}
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

const whoRules = ['at_all', 'add_members', 'pin', 'edit'] as const satisfies (keyof ConversationRules)[];

function ForAll({ isAdmin }: { isAdmin: boolean }) {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const edit = useEdit();
  const { title, announcement, rules, kind } = conversation;
  return (
    <>
      <Section title={t('settings.all')}>
        {kind === 'group' ? (
          <Written
            key={title}
            name={t('settings.title')}
            value={title}
            lengthMax={titleLengthMax}
            onSave={(text) => text && void edit({ title: text })}
          />
        ) : null}
        <Written
          key={`a ${announcement}`}
          name={t('panel.announcement')}
          value={announcement}
          lengthMax={announcementLengthMax}
          long
          placeholder={t('settings.noAnnouncement')}
          onSave={(text) => void edit({ announcement: text })}
        />
      </Section>
      {isAdmin ? (
        <Section title={t('settings.rules')}>
          {whoRules.map((name) => (
            <div key={name} className={styles.row}>
              <span id={`rule-${name}`}>{t(`settings.rule.${name}`)}</span>
              <Select<Who>
                size="small"
                aria-labelledby={`rule-${name}`}
                value={rules[name]}
                popupMatchSelectWidth={false}
                options={(['everyone', 'admins'] as const).map((value) => ({
                  value,
                  label: t(`settings.${value}`),
                }))}
                onChange={(value) => void edit({ rules: { [name]: value } })}
              />
            </div>
          ))}
          <Switched
            name={t('settings.history')}
            on={rules.history_for_new}
            onTurn={(history_for_new) => void edit({ rules: { history_for_new } })}
          />
          <Switched
            name={t('settings.mutedAll')}
            on={rules.muted_all}
            onTurn={(muted_all) => void edit({ rules: { muted_all } })}
          />
        </Section>
      ) : null}
    </>
  );
}

/** Leaving or dissolving is felt by others: it is asked first. */
function Ending() {
  const { t } = useTranslation(['chat', 'ui']);
  const { modal } = App.useApp();
  const { store } = useSession();
  const { conversation } = useOpen();
  const toast = useToast();
  const words = useErrorWords();
  const leave = useLeave();
  const title = titleOf(conversation);
  const end = async () => {
    try {
      await dissolve(conversation.id);
      store.hear({ type: 'chat.gone', conversation_id: conversation.id });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  const ask = () =>
    modal.confirm({
      title: t('chat:dissolve.title', { title }),
      content: t('chat:dissolve.detail', { count: conversation.member_count }),
      okText: t('chat:dissolve.act'),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: end,
    });
  if (conversation.mine.role === 'owner') {
    return (
      <div className={styles.ending}>
        <p>{t('chat:dissolve.hint')}</p>
        <Button danger block onClick={() => void ask()}>
          {t('chat:dissolve.act')}
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.ending}>
      <Button danger block onClick={() => leave(conversation.id, title)}>
        {t('chat:leave.act')}
      </Button>
    </div>
  );
}
