/** Conversations and messages for tests, with what a test does not care about filled in. */
import type { Conversation, Message } from '@/api';

export function sampleConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: 'room',
    kind: 'group',
    title: '产品评审群',
    peer: null,
    member_count: 2,
    announcement: '',
    created_at: 0,
    change: 0,
    last_seq: 0,
    last_message: null,
    rules: {
      at_all: 'everyone',
      add_members: 'everyone',
      pin: 'everyone',
      edit: 'everyone',
      history_for_new: true,
      muted_all: false,
    },
    mine: {
      role: 'member',
      nickname: '',
      read_seq: 0,
      joined_seq: 0,
      unread: 0,
      mentions: 0,
      muted: false,
      pinned: false,
      pin_position: 0,
      draft: '',
      marked_unread: false,
    },
    ...change,
  };
}

export function sampleMessage(change: Partial<Message> = {}): Message {
  const seq = change.seq ?? 1;
  return {
    kind: 'text',
    data: null,
    id: `m${seq}`,
    conversation_id: 'room',
    seq,
    change: seq,
    client_id: `c${seq}`,
    sender_id: 'li',
    sent_at: seq * 1000,
    edited_at: null,
    recalled_at: null,
    recalled_by: null,
    pinned_at: null,
    pinned_by: null,
    text: `${seq}`,
    mentions: [],
    mentions_all: false,
    reply_to: null,
    thread_root: null,
    thread_replies: 0,
    reactions: [],
    ...change,
  } as Message;
}
