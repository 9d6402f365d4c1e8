/** Where one writes: a field, tools below it, whoever is answered or what is edited above it. */
import { AtSign, ListChecks, Pencil, Reply, SendHorizontal, X } from 'lucide-react';
import {
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Message, Sticker } from '@/api';
import { uploads } from '@/drive';
import { useEvent, useNarrow, useStore } from '@/lib';
import { IconButton, useToast } from '@/ui';
import { titleOf } from '../list/rows';
import { useNameOf } from '../names';
import { useSpeaker } from '../programs/Speaker';
import { quoteOf } from '../quote';
import { ScheduledBar } from '../scheduled/ScheduledBar';
import { SendMenu } from '../scheduled/SendMenu';
import { useSchedule } from '../scheduled/useSchedule';
import { useChat, useSession } from '../session';
import { PickerButton } from '../stickers/PickerButton';
import { messagesOf } from '../sync/state';
import { useOpen } from '../thread/context';
import { isChangeable } from '../thread/lines';
import { lineOf } from '../words';
import { Attach } from './Attach';
import styles from './Composer.module.css';
import { HoldBar } from './HoldBar';
import { useHold } from './hold';
import { type Candidate, MentionList, useCandidates } from './MentionList';
import { mentionAt, mentioned, type Named, withMentions } from './mention';
import { PollSheet } from './PollSheet';
import { Recorder, type Voice } from './recorder';
import { SlashList, useSlash, WhisperLine } from './SlashList';
import { StagedFiles } from './StagedFiles';
import { enclosedOf, useStaged } from './staged';
import { VoiceBar } from './VoiceBar';

const textLengthMax = 8000;
/** The number of characters left is said from here on. */
const warnLength = 7500;

export type ComposerHandle = {
  focus: () => void;
  put: (text: string) => void;
  stage: (files: File[]) => void;
};

type Props = {
  replying: Message | null;
  editing: Message | null;
  onReply: (message: Message | null) => void;
  onEdit: (message: Message | null) => void;
  /** In a thread: its root. */
  root?: number;
  handle?: RefObject<ComposerHandle | null>;
};

export function Composer({ replying, editing, onReply, onEdit, root, handle }: Props) {
  const { t } = useTranslation('chat');
  const { store, people } = useSession();
  const { conversation, me, acts } = useOpen();
  const narrow = useNarrow();
  const toast = useToast();
  const { id } = conversation;
  const isThread = root !== undefined;
  const [text, setText] = useState(() =>
    isThread ? '' : (store.state().conversations[id]?.mine.draft ?? ''),
  );
  const [cursor, setCursor] = useState(0);
  const [picked, setPicked] = useState<Named[]>([]);
  const [dismissed, setDismissed] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const [poll, setPoll] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const allName = t('everybody');

  const looking = mentionAt(text, cursor);
  const isLooking = looking !== null && looking.from !== dismissed && conversation.kind !== 'direct';
  const candidates = useCandidates(isLooking ? looking.words : null);
  const list = isLooking ? candidates : [];
  const chosen = list[Math.min(at, list.length - 1)];

  const enclosing = useStaged(isThread ? `${id} ${root}` : id);
  const { staged, stage } = enclosing;
  const [recorder] = useState(() => new Recorder());
  const isRecording = useStore(recorder, (state) => state.phase !== 'idle');
  useEffect(() => recorder.cancel, [recorder]);
  const add = useEvent((files: File[]) => {
    if (files.length === 0) return;
    stage(files);
    field.current?.focus();
  });

  const write = useEvent((next: string, to: number) => {
    setText(next);
    setCursor(to);
    setAt(0);
    if (!isThread && !editing) store.setDraft(id, next);
    if (next.trim()) store.typing(id);
  });
  useImperativeHandle(handle, () => ({
    focus: () => field.current?.focus(),
    put: (words) => {
      write(words, words.length);
      place(words.length);
    },
    stage: add,
  }));
  /** Puts the cursor where it belongs once the field has the new text. */
  const place = (to: number) =>
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(to, to);
      setCursor(to);
    });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${box.scrollHeight}px`;
  }, [text]);

  // What is edited takes the place of what was being written, which comes back afterwards.
  const startEdit = useEvent((message: Message | null) => {
    const known = people.state();
    setText(message ? message.text : isThread ? '' : (store.state().conversations[id]?.mine.draft ?? ''));
    setPicked(message ? message.mentions.map((one) => ({ id: one, name: known[one]?.name ?? '' })) : []);
    field.current?.focus();
  });
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) startEdit(editing);
    begun.current = true;
  }, [editing, startEdit]);
  useEffect(() => {
    if (replying) field.current?.focus();
  }, [replying]);

  // Written on another device, while nobody writes here.
  const draft = useChat((state) => state.conversations[id]?.mine.draft ?? '');
  useEffect(() => {
    if (isThread || editing || document.activeElement === field.current) return;
    setText(draft);
  }, [draft, isThread, editing]);

  /** What stands in the field, as it would be sent. */
  const drafted = (said: string) => ({
    text: said,
    mentions: mentioned(
      said,
      picked.filter((one) => one.id !== 'all'),
    ),
    mentions_all: picked.some((one) => one.id === 'all') && said.includes(`@${allName}`),
    reply_to: replying ? quoteOf(replying) : null,
    thread_root: root ?? null,
  });
  const empty = () => {
    onReply(null);
    setText('');
    setPicked([]);
    if (!isThread) store.setDraft(id, '');
    field.current?.focus();
  };
  const schedule = useSchedule(id);
  const slash = useSlash(isThread || editing ? '' : text);
  const command = slash.found[Math.min(at, slash.found.length - 1)];
  const pickCommand = (one: string) => {
    write(`${one} `, one.length + 1);
    place(one.length + 1);
  };

  // Files need no words.
  const isCaption = editing?.kind === 'files';
  const send = useEvent(() => {
    const said = text.trim();
    const carries = staged.length > 0 && !editing;
    if ((!said && !carries && !isCaption) || said.length > textLengthMax) return;
    if (editing) {
      const { mentions } = drafted(said);
      if (said !== editing.text) void store.edit(editing, said, mentions);
      onEdit(null);
      setPicked([]);
      field.current?.focus();
      return;
    }
    const enclosed = carries ? enclosedOf(staged, id, enclosing.isOriginal) : null;
    if (enclosed || !slash.run(said)) store.send(id, { ...drafted(said), enclosed });
    enclosing.clear();
    empty();
  });

  const sendVoice = ({ file, duration_ms, waveform }: Voice) => {
    const upload = uploads.add(file, { conversation: id });
    const { name, size, type } = file;
    const enclosure = { upload, file_id: null, name, size, media_type: type, width: null, height: null };
    store.send(id, {
      text: '',
      reply_to: replying ? quoteOf(replying) : null,
      thread_root: root ?? null,
      enclosed: { kind: 'voice', files: [enclosure], duration_ms, waveform },
    });
    onReply(null);
  };

  const hold = useHold({
    recorder,
    onSend: sendVoice,
    onShort: () => toast({ words: t('voice.tooShort') }),
  });
  const sendSticker = ({ id: sticker_id, file }: Sticker) => {
    store.send(id, {
      text: '',
      reply_to: replying ? quoteOf(replying) : null,
      thread_root: root ?? null,
      enclosed: { kind: 'sticker', sticker_id, file },
    });
    onReply(null);
    field.current?.focus();
  };

  const pick = (one: Candidate) => {
    if (!looking) return;
    const meant: Named[] = one.people ?? [one];
    const names = meant.map(({ name }) => name);
    const next = withMentions(text, looking.from, cursor, names);
    setPicked([...picked, ...meant]);
    write(next.text, next.cursor);
    place(next.cursor);
  };
  const insert = (put: string) => {
    const next = text.slice(0, cursor) + put + text.slice(cursor);
    write(next, cursor + put.length);
    place(cursor + put.length);
  };
  const editLast = () => {
    const last = messagesOf(store.state(), id).findLast((one) => isChangeable(one, me, Date.now()));
    if (last) onEdit(last);
    return last !== undefined;
  };
  /** Ctrl/⌘ B and I put marks around what is selected. */
  const wrap = (mark: string) => {
    const from = field.current?.selectionStart ?? cursor;
    const to = field.current?.selectionEnd ?? cursor;
    write(text.slice(0, from) + mark + text.slice(from, to) + mark + text.slice(to), to + 2 * mark.length);
    place(from === to ? from + mark.length : to + 2 * mark.length);
  };

  const press = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.nativeEvent.isComposing) return;
    const done = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    const count = chosen ? list.length : slash.found.length;
    if (count > 0 && ['ArrowDown', 'ArrowUp'].includes(event.key) && !event.altKey) {
      done();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt((Math.min(at, count - 1) + step + count) % count);
    } else if (command && (event.key === 'Tab' || (event.key === 'Enter' && text !== command.command))) {
      done();
      pickCommand(command.command);
    } else if (chosen && (event.key === 'Enter' || event.key === 'Tab')) {
      done();
      pick(chosen);
    } else if (event.key === 'Escape') {
      if (chosen) setDismissed(looking?.from ?? null);
      else if (editing) onEdit(null);
      else if (replying) onReply(null);
      else field.current?.blur();
      done();
    } else if (event.key === 'Enter' && !event.shiftKey && !(narrow && !event.ctrlKey)) {
      done();
      send();
    } else if (event.key === 'ArrowUp' && text === '' && !event.altKey && !isThread) {
      if (editLast()) done();
    } else if ((event.ctrlKey || event.metaKey) && ['b', 'i'].includes(event.key)) {
      done();
      wrap(event.key === 'b' ? '**' : '*');
    }
  };
  const follow = () => setCursor(field.current?.selectionStart ?? text.length);

  const isMuted = conversation.rules.muted_all && conversation.mine.role === 'member';
  if (isMuted) return <p className={styles.muted}>{t('composer.muted')}</p>;
  const ready =
    (text.trim() !== '' || isCaption || (staged.length > 0 && !editing)) && text.length <= textLengthMax;
  const placeholder = isThread
    ? t('composer.reply')
    : narrow
      ? t('composer.short')
      : t('composer.to', { name: titleOf(conversation) });
  return (
    <div className={styles.composer} data-thread={isThread || undefined} data-written={ready || undefined}>
      <MentionList people={list} chosen={chosen?.id ?? null} onPick={pick} onPoint={setAt} />
      <SlashList
        commands={slash.found}
        chosen={command?.command ?? null}
        onPick={pickCommand}
        onPoint={setAt}
      />
      {isThread ? null : <ScheduledBar />}
      <WhisperLine whisper={slash.whisper} onHush={slash.hush} />
      {editing ? <Editing isCaption={isCaption} onCancel={() => onEdit(null)} /> : null}
      {replying && !editing ? <Answering message={replying} onCancel={() => onReply(null)} /> : null}
      {hold.held ? <HoldBar recorder={recorder} held={hold.held} /> : null}
      {isRecording && !hold.held ? <VoiceBar recorder={recorder} onSend={sendVoice} /> : null}
      <div className={styles.box} hidden={isRecording || hold.held !== null}>
        <StagedFiles {...enclosing} onOriginal={enclosing.setOriginal} onRemove={enclosing.remove} />
        <textarea
          ref={field}
          className={styles.field}
          rows={1}
          value={text}
          placeholder={placeholder}
          aria-label={placeholder}
          aria-autocomplete="list"
          aria-controls={chosen ? 'chat-mentions' : command ? 'chat-commands' : undefined}
          aria-activedescendant={
            chosen
              ? `chat-mention-${chosen.id}`
              : command
                ? `chat-command-${slash.found.indexOf(command)}`
                : undefined
          }
          onChange={(event) => write(event.target.value, event.target.selectionStart)}
          onKeyDown={press}
          onPaste={(event) => {
            const files = [...event.clipboardData.files];
            if (files.length === 0 || editing) return;
            event.preventDefault();
            add(files);
          }}
          onSelect={follow}
          onBlur={() => setDismissed(looking?.from ?? null)}
          onFocus={() => setDismissed(null)}
        />
        <div className={styles.tools}>
          <PickerButton conversation={id} onEmoji={insert} onSticker={sendSticker} />
          {conversation.kind === 'direct' || narrow ? null : (
            <IconButton
              className={styles.extra}
              icon={AtSign}
              label={t('composer.mention')}
              onClick={() => insert(/[\p{L}\p{N}]$/u.test(text.slice(0, cursor)) ? ' @' : '@')}
            />
          )}
          <Attach
            root={root}
            onFiles={add}
            onVoice={() => void recorder.start()}
            hold={hold}
            onPoll={isThread ? undefined : () => setPoll(true)}
          />
          {isThread || narrow ? null : (
            <IconButton
              className={styles.extra}
              icon={ListChecks}
              label={t('poll.new')}
              onClick={() => setPoll(true)}
            />
          )}
          <span className={styles.hint} data-over={text.length > textLengthMax || undefined}>
            {text.length > warnLength
              ? t('composer.length', { count: textLengthMax - text.length })
              : narrow || isThread
                ? null
                : t('composer.hint')}
          </span>
          <button
            type="button"
            className={styles.send}
            aria-label={t('composer.send')}
            disabled={!ready}
            onMouseDown={(event) => event.preventDefault()}
            onClick={send}
          >
            <SendHorizontal size={18} strokeWidth={1.75} aria-hidden="true" />
          </button>
          {editing ? null : (
            <SendMenu
              disabled={!ready}
              onSchedule={(time) =>
                schedule(drafted(text.trim()), time, empty, (words) => write(words, words.length))
              }
              onUrgent={isThread ? undefined : () => acts.urgent({ text: text.trim() }, empty)}
            />
          )}
        </div>
      </div>
      {isThread ? null : <PollSheet open={poll} onClose={() => setPoll(false)} />}
    </div>
  );
}

function Answering({ message, onCancel }: { message: Message; onCancel: () => void }) {
  const { t } = useTranslation('chat');
  const name = useSpeaker(message);
  const nameOf = useNameOf();
  return (
    <div className={styles.bar}>
      <Reply size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles.barWords}>
        <b>{t('message.quoted', { name })}</b>
        {lineOf(t, message, nameOf) || t('message.noText')}
      </span>
      <IconButton icon={X} size={16} label={t('composer.cancelReply')} onClick={onCancel} />
    </div>
  );
}

function Editing({ isCaption, onCancel }: { isCaption: boolean; onCancel: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <div className={styles.bar}>
      <Pencil size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles.barWords}>{t(isCaption ? 'composer.editingCaption' : 'composer.editing')}</span>
      <IconButton icon={X} size={16} label={t('composer.cancelEdit')} onClick={onCancel} />
    </div>
  );
}
