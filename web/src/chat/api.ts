/** Every request about conversations and messages, in one place. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  api,
  type Changes,
  type Conversation,
  type ConversationRole,
  type ConversationRules,
  type FileGroup,
  type FoundPage,
  type Meeting,
  type Message,
  type MessagePage,
  type Mine,
  type OwnedGroup,
  type PersonCard,
  type Readers,
  type ReadMark,
  type Roster,
  type SentFiles,
} from '@/api';
import type { Office } from './sync/office';

const pageSize = 50;
const root = '/api/chat';
const at = (id: string, rest = '') => `${root}/conversations/${id}${rest}`;
const of = (message: string, rest = '') => `${root}/messages/${message}${rest}`;
const onOff = (path: string, on: boolean) => (on ? api.put(path) : api.delete(path));

/** What the store asks of the office, over HTTP. */
export const office: Office = {
  conversations: async () =>
    (await api.get<{ conversations: Conversation[] }>(`${root}/conversations`)).conversations,
  conversation: (id) => api.get<Conversation>(at(id)),
  roster: (id) => api.get<Roster>(at(id, '/members')),
  page: (id, where) => api.get<MessagePage>(at(id, '/messages'), { ...where, limit: pageSize }),
  changes: (id, after) => api.get<Changes>(at(id, '/changes'), { after, limit: 2 * pageSize }),
  send: (id, outgoing) => api.post<Message>(at(id, '/messages'), outgoing),
  edit: (message, text, mentions) => api.patch<Message>(of(message), { text, mentions }),
  recall: (message) => api.post<Message>(of(message, '/recall')),
  hide: (message) => api.delete(of(message)),
  restore: (message) => api.post(of(message, '/restore')),
  react: (message, emoji, on) => onOff(of(message, `/reactions/${encodeURIComponent(emoji)}`), on),
  pin: (message, on) => onOff(of(message, '/pin'), on),
  vote: (message, options) => api.post<Message>(of(message, '/votes'), { options }),
  closePoll: (message) => api.post<Message>(of(message, '/close')),
  read: (id, seq) => api.post<ReadMark>(at(id, '/read'), { seq }),
  mine: (id, change) => api.patch<Mine>(at(id, '/mine'), change),
  typing: (id) => api.post(at(id, '/typing')),
};

export const startDirect = (member_id: string) =>
  api.post<Conversation>(`${root}/conversations`, { kind: 'direct', member_id });
export const startGroup = (title: string, member_ids: string[]) =>
  api.post<Conversation>(`${root}/conversations`, { kind: 'group', title, member_ids });
export const openDepartment = (department_id: string) =>
  api.post<Conversation>(`${root}/conversations`, { kind: 'department', department_id });

export type ConversationEdit = {
  title?: string;
  announcement?: string;
  rules?: Partial<ConversationRules>;
};

export const editConversation = (id: string, edit: ConversationEdit) => api.patch<Conversation>(at(id), edit);
export const dissolve = (id: string) => api.delete(at(id));
export const addMembers = (id: string, member_ids: string[]) => api.post(at(id, '/members'), { member_ids });
export const removeMember = (id: string, member: string) => api.delete(at(id, `/members/${member}`));
export const setRole = (id: string, member: string, role: ConversationRole) =>
  api.patch(at(id, `/members/${member}`), { role });

export const remindUnread = (message: string) => api.post<{ reminded: number }>(of(message, '/remind'));

export type Forwarding = {
  message_ids: string[];
  to: string[];
  merged: boolean;
  note?: string;
  client_id: string;
};
export const forward = (forwarding: Forwarding) =>
  api.post<{ messages: Message[] }>(`${root}/forward`, forwarding);

export const call = (id: string, audio_only: boolean) =>
  api.post<{ meeting: Meeting; message: Message }>(at(id, '/call'), { audio_only });

export const chatKey = ['chat'] as const;

export const readersQuery = (message: string) =>
  queryOptions({
    queryKey: [...chatKey, 'readers', message],
    queryFn: () => api.get<Readers>(of(message, '/readers')),
    staleTime: 0,
  });

export const pinsQuery = (conversation: string) =>
  queryOptions({
    queryKey: [...chatKey, 'pins', conversation],
    queryFn: async () => (await api.get<{ messages: Message[] }>(at(conversation, '/pins'))).messages,
  });

export const editsQuery = (message: string) =>
  queryOptions({
    queryKey: [...chatKey, 'edits', message],
    queryFn: async () =>
      (await api.get<{ edits: { text: string; at: number }[] }>(of(message, '/edits'))).edits,
    staleTime: 0,
  });

export type FilesWanted = { conversation: string; group: FileGroup | null; words: string };

export const filesQuery = ({ conversation, group, words }: FilesWanted) =>
  infiniteQueryOptions({
    queryKey: [...chatKey, 'files', conversation, group, words],
    queryFn: ({ pageParam, signal }) =>
      api.get<SentFiles>(
        at(conversation, '/files'),
        { group, words, before: pageParam, limit: pageSize },
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });

export type Search = {
  q: string;
  conversation?: string;
  /** A member. */
  from?: string;
  since?: number;
  until?: number;
  kind?: string;
};

export const fetchFound = (search: Search, cursor?: string | null, signal?: AbortSignal) =>
  api.get<FoundPage>(`${root}/search`, { ...search, cursor }, signal);

/** People and conversations by their names, in Chinese letters, pinyin or initials. */
export type Named = { people: PersonCard[]; conversations: Conversation[] };

export const namedQuery = (words: string) =>
  queryOptions({
    queryKey: [...chatKey, 'named', words],
    queryFn: ({ signal }) => api.get<Named>(`${root}/find`, { words }, signal),
    placeholderData: (before) => before,
  });

/** What the organisation has chosen, and what this office can do. */
export type ChatSettings = { read_lists: boolean; link_previews: boolean; can_translate?: boolean };

export const chatSettingsQuery = queryOptions({
  queryKey: [...chatKey, 'settings'],
  queryFn: () => api.get<ChatSettings>(`${root}/settings`),
  staleTime: 5 * 60_000,
});

export const saveChatSettings = (change: Pick<ChatSettings, 'read_lists' | 'link_previews'>) =>
  api.put(`${root}/settings`, change);

/** The groups that a member owns, for those who hand them over. */
const groupsOf = (member: string, rest = '') => `${root}/members/${member}/groups${rest}`;

export const ownedQuery = (member: string) =>
  queryOptions({
    queryKey: [...chatKey, 'owned', member],
    queryFn: async () => (await api.get<{ groups: OwnedGroup[] }>(groupsOf(member))).groups,
    staleTime: 0,
  });

export const handGroupsOver = (member: string, to: string, conversations: string[]) =>
  api.post(groupsOf(member, '/hand_over'), { to, conversations });

export const translate = async (message: string, to: string): Promise<string> =>
  (await api.post<{ text: string }>(of(message, '/translate'), { to })).text;

export const foundQuery = (search: Search) =>
  infiniteQueryOptions({
    queryKey: [...chatKey, 'found', search],
    queryFn: ({ pageParam, signal }) => fetchFound(search, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  });

/** A page of what was answered in a thread, the newest first; its root comes with the first page. */
export type Replies = MessagePage & { root?: Message | null };

export const repliesQuery = (conversation: string, root_: number) =>
  infiniteQueryOptions({
    queryKey: [...chatKey, 'replies', conversation, root_],
    queryFn: ({ pageParam }) =>
      api.get<Replies>(at(conversation, `/threads/${root_}`), { before: pageParam, limit: pageSize }),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => (page.has_before ? page.messages[0]?.seq : undefined),
    staleTime: 0,
  });
