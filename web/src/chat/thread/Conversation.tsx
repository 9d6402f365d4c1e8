/** One open conversation: its header, its messages, the field to write in, and the panel beside them. */
import { useRouter, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import {
  Ellipsis,
  Forward,
  MessagesSquare,
  PanelRight,
  Paperclip,
  Phone,
  Search,
  Video,
  X,
} from 'lucide-react';
import { type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallData, FileCard, Message, Conversation as OneConversation } from '@/api';
import { SaveSheet } from '@/drive';
import { remember, recall as remembered, useEvent, useKeys, useMedia, useNarrow, useSwipeRight } from '@/lib';
import { Count, DropOverlay, HeaderActs, IconButton, PageHeader, useErrorWords, useToast } from '@/ui';
import { call } from '../api';
import { ConversationFace } from '../ConversationFace';
import { Composer, type ComposerHandle } from '../composer/Composer';
import { useFileDrop } from '../composer/drop';
import { useGo } from '../going';
import { useWaiting } from '../link/Requests';
import { titleOf } from '../list/rows';
import { useName } from '../names';
import { type Side, SidePanel } from '../panel/SidePanel';
import { useChat, usePeople, useSession } from '../session';
import { messagesOf } from '../sync/state';
import styles from './Conversation.module.css';
import { type ConversationActs, ConversationContext, type Place, useOpen } from './context';
import { EditsSheet } from './EditsSheet';
import { useExtras } from './extras';
import { type Forwarded, ForwardSheet } from './ForwardSheet';
import { MessageMenu } from './MessageMenu';
import { ReactionPicker } from './ReactionPicker';
import type { Jump } from './scroll';
import { Thread } from './Thread';

type Pointed = { message: Message; at: Place };

const panelKey = 'chat-panel';

/** The message that a link or a result leads to. */
function useJump(id: string) {
  const { store } = useSession();
  const at = Number((useSearch({ strict: false }) as { at?: string }).at) || null;
  const go = useGo();
  const [jump, setJump] = useState<Jump | null>(null);
  const last = useRef(0);
  const jumpTo = useEvent((seq: number) => {
    last.current += 1;
    const next = { seq, id: last.current };
    void store.show(id, seq).then(() => setJump(next));
  });
  useEffect(() => {
    if (at === null) {
      store.open(id);
      return;
    }
    jumpTo(at);
    void store.loadRoster(id);
    go(id, { replace: true });
  }, [id, at, store, jumpTo, go]);
  return { jump, jumpTo, done: () => setJump(null) };
}

/** The panel stays open or closed on this device where there is room for it. */
function useSide() {
  const wide = useMedia('(min-width: 1280px)');
  const [side, setSide] = useState<Side>(wide && remembered(panelKey) !== 'closed' ? 'info' : null);
  // What stood beside the messages does not cover them when the window gets narrow.
  useEffect(() => {
    if (!wide) setSide((open) => (open === 'info' ? null : open));
  }, [wide]);
  const change = (next: Side) => {
    if (wide && (next === 'info' || (next === null && side === 'info')))
      remember(panelKey, next === 'info' ? null : 'closed');
    setSide(next);
  };
  return { side, change };
}

/** The conversation as its parts see it: another value only when something else than counts and drafts changes. */
function useSteady(conversation: OneConversation): OneConversation {
  const { id, kind, title, peer, member_count, announcement, rules, mine } = conversation;
  const { role, nickname, pinned, muted, level } = mine;
  const facts = [
    id,
    kind,
    title,
    peer,
    member_count,
    announcement,
    rules,
    role,
    nickname,
    pinned,
    muted,
    level,
  ];
  const key = JSON.stringify(facts);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what matters
  return useMemo(() => conversation, [key]);
}

export function Conversation({ conversation }: { conversation: OneConversation }) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { id } = conversation;
  const [replying, setReplying] = useState<Message | null>(null);
  const [editing, setEditing] = useState<Message | null>(null);
  const [menu, setMenu] = useState<Pointed | null>(null);
  const [reacting, setReacting] = useState<Pointed | null>(null);
  const [forwarded, setForwarded] = useState<Forwarded | null>(null);
  const [history, setHistory] = useState<Message | null>(null);
  const [saved, setSaved] = useState<FileCard[] | null>(null);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const { side, change } = useSide();
  const narrow = useNarrow();
  const { jump, jumpTo, done } = useJump(id);
  const composer = useRef<ComposerHandle>(null);

  const toggle = useEvent((message: Message) => {
    const next = new Set(chosen);
    if (!next.delete(message.id)) next.add(message.id);
    setChosen(next);
  });
  const show = useEvent((seq: number) => {
    if (narrow) change(null);
    jumpTo(seq);
  });
  const openThread = useEvent((thread: number) => change({ thread }));
  const extras = useExtras((text) => {
    setEditing(null);
    composer.current?.put(text);
  });
  const go = useGo();
  const swipe = useSwipeRight(narrow ? () => go(null) : undefined);
  const acts = useMemo<ConversationActs>(
    () => ({
      reply: (message) => {
        setEditing(null);
        setReplying(message);
      },
      openMenu: (message, at) => setMenu({ message, at }),
      pickReaction: (message, at) => setReacting({ message, at }),
      forward: (messages, merged) => setForwarded({ messages, merged }),
      jump: show,
      openThread,
      toggle,
      ...extras.acts,
    }),
    [show, openThread, toggle, extras.acts],
  );
  const steady = useSteady(conversation);
  const open = useMemo(
    () => ({ conversation: steady, me: store.me, acts, chosen }),
    [steady, store.me, acts, chosen],
  );
  const back = () => {
    if (chosen) setChosen(null);
    else if (side && side !== 'info') change(null);
  };
  useKeys({ Escape: back });
  // Whoever opens a conversation on a desk means to write in it.
  useEffect(() => {
    if (!window.matchMedia('(pointer: coarse)').matches) composer.current?.focus();
  }, []);
  const drop = useFileDrop((files) => composer.current?.stage(files));
  const picked = () => messagesOf(store.state(), id).filter((one) => chosen?.has(one.id));

  return (
    <ConversationContext value={open}>
      <section
        className={styles.conversation}
        aria-label={titleOf(conversation)}
        data-whole
        {...swipe}
        {...(chosen ? {} : drop.handlers)}
      >
        {drop.isOver ? (
          <DropOverlay icon={Paperclip} words={t('files.dropHere', { name: titleOf(conversation) })} />
        ) : null}
        {/* On phones the header has room for what belongs to the conversation alone. */}
        <HeaderActs value={null}>
          <Header side={side} onSide={change} />
        </HeaderActs>
        <Thread jump={jump} onJumped={done} />
        <TypingLine />
        {chosen ? (
          <SelectBar
            count={chosen.size}
            onForward={(merged) => {
              setForwarded({ messages: picked(), merged });
              setChosen(null);
            }}
            onClose={() => setChosen(null)}
          />
        ) : (
          <Composer
            handle={composer}
            replying={replying}
            editing={editing}
            onReply={setReplying}
            onEdit={setEditing}
          />
        )}
      </section>
      <SidePanel side={side} onSide={change} />
      {menu ? (
        <MessageMenu
          {...menu}
          onEdit={(message) => {
            setReplying(null);
            setEditing(message);
          }}
          onSelect={(message) => setChosen(new Set([message.id]))}
          onHistory={setHistory}
          onSave={setSaved}
          onClose={() => setMenu(null)}
        />
      ) : null}
      {reacting ? <ReactionPicker {...reacting} onClose={() => setReacting(null)} /> : null}
      <ForwardSheet forwarded={forwarded} onClose={() => setForwarded(null)} />
      {extras.sheets}
      <EditsSheet message={history} onClose={() => setHistory(null)} />
      <Suspense fallback={null}>
        {saved ? <SaveSheet files={saved} onClose={() => setSaved(null)} /> : null}
      </Suspense>
    </ConversationContext>
  );
}

function Header({ side, onSide }: { side: Side; onSide: (side: Side) => void }) {
  const { t } = useTranslation('chat');
  const narrow = useNarrow();
  const go = useGo();
  const conversation = useOpenConversation();
  const { mayCall, start, busy } = useCall(conversation);
  const running = useRunning(conversation.id);
  const waiting = useWaiting(conversation.id);
  const router = useRouter();
  const join = (audioOnly: boolean) =>
    router.history.push(`/m/${running?.number}?join=${audioOnly ? 'audio' : 'video'}`);
  const acts: ReactNode = (
    <>
      {narrow ? null : (
        <IconButton
          icon={Search}
          label={t('search.title')}
          size={20}
          pressed={side === 'search'}
          onClick={() => onSide(side === 'search' ? null : 'search')}
        />
      )}
      {mayCall && !narrow ? (
        <IconButton
          icon={Phone}
          label={t('call.audio')}
          size={20}
          disabled={busy}
          onClick={() => (running ? join(true) : start(true))}
        />
      ) : null}
      {running ? (
        <Button
          type="primary"
          icon={<Video size={16} strokeWidth={1.75} />}
          onClick={() => join(running.audio_only)}
        >
          {t(narrow ? 'call.join' : 'call.joinMeeting')}
        </Button>
      ) : mayCall ? (
        <IconButton
          icon={Video}
          label={t('call.video')}
          size={20}
          disabled={busy}
          onClick={() => start(false)}
        />
      ) : null}
      <span className={styles.badged}>
        <IconButton
          icon={narrow ? Ellipsis : PanelRight}
          label={waiting > 0 ? t('panel.waiting', { count: waiting }) : t('panel.name')}
          size={20}
          pressed={side === 'info'}
          onClick={() => onSide(side === 'info' ? null : 'info')}
        />
        {waiting > 0 ? (
          <span className={styles.badge} aria-hidden="true">
            <Count value={waiting} />
          </span>
        ) : null}
      </span>
    </>
  );
  return (
    <PageHeader
      title={titleOf(conversation)}
      detail={<Detail conversation={conversation} />}
      leading={narrow ? undefined : <ConversationFace conversation={conversation} size={32} />}
      onBack={narrow ? () => go(null) : undefined}
      acts={acts}
    />
  );
}

const useOpenConversation = (): OneConversation => useOpen().conversation;

function Detail({ conversation }: { conversation: OneConversation }) {
  const { t } = useTranslation('chat');
  const { id, kind, peer, member_count } = conversation;
  const members = useChat((state) => state.rosters[id]?.members);
  const online = usePeople(
    (all) =>
      (members ?? []).filter(({ member_id }) => {
        const presence = all[member_id]?.presence;
        return presence === 'online' || presence === 'in_meeting';
      }).length,
  );
  const presence = usePeople((all) => (peer ? all[peer.id]?.presence : undefined));
  if (kind === 'direct') {
    return [peer?.title, presence ? t(`presence.${presence}`) : null].filter(Boolean).join(' · ') || null;
  }
  const people = t('people', { count: member_count });
  return members ? t('peopleOnline', { people, count: online }) : people;
}

/** The call about this conversation that runs now, as its newest card says. */
function useRunning(id: string): CallData | null {
  return useChat((state) => {
    const card = state.windows[id]?.messages.findLast((one) => one.kind === 'call');
    return card?.kind === 'call' && card.data?.state === 'running' ? card.data : null;
  });
}

/** Rings everybody in the conversation and goes into the meeting. */
function useCall({ id, member_count }: OneConversation) {
  const router = useRouter();
  const toast = useToast();
  const words = useErrorWords();
  const { store } = useSession();
  const [busy, setBusy] = useState(false);
  const start = async (audioOnly: boolean) => {
    setBusy(true);
    try {
      const { meeting, message } = await call(id, audioOnly);
      store.hear({ type: 'chat.message', message });
      router.history.push(`/m/${meeting.number}?join=${audioOnly ? 'audio' : 'video'}`);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  return { mayCall: member_count > 1, start: (audioOnly: boolean) => void start(audioOnly), busy };
}

function TypingLine() {
  const { t } = useTranslation('chat');
  const conversation = useOpenConversation();
  const typing = useChat((state) => state.typing[conversation.id] ?? noTyping);
  const name = useName(typing[0]?.member ?? null, conversation.id);
  const count = typing.length;
  const said =
    count === 0
      ? null
      : conversation.kind === 'direct'
        ? t('typing.one')
        : count === 1
          ? t('typing.named', { name })
          : t('typing.many', { name, count });
  return (
    <div className={styles.typing} aria-hidden="true">
      {said}
    </div>
  );
}

const noTyping: readonly { member: string }[] = [];

type SelectProps = { count: number; onForward: (merged: boolean) => void; onClose: () => void };

function SelectBar({ count, onForward, onClose }: SelectProps) {
  const { t } = useTranslation(['chat', 'ui']);
  return (
    <section className={styles.select} aria-label={t('chat:select.bar')}>
      <IconButton icon={X} label={t('ui:cancel')} onClick={onClose} />
      <span className={styles.selectWords} aria-live="polite">
        {t('chat:select.count', { count })}
      </span>
      <Button
        disabled={count === 0}
        icon={<Forward size={16} strokeWidth={1.75} />}
        onClick={() => onForward(false)}
      >
        {t('chat:forward.each')}
      </Button>
      <Button
        disabled={count === 0}
        icon={<MessagesSquare size={16} strokeWidth={1.75} />}
        onClick={() => onForward(true)}
      >
        {t('chat:forward.merged')}
      </Button>
    </section>
  );
}
