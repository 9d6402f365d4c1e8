/** Every request about messages that are sent later. */
import { queryOptions } from '@tanstack/react-query';
import { api, type Message, type Scheduled } from '@/api';
import { newId } from '@/lib';
import { chatKey } from '../api';
import type { Draft } from '../sync/sender';

const root = '/api/chat/scheduled';

export const scheduledQuery = queryOptions({
  queryKey: [...chatKey, 'scheduled'],
  queryFn: async () => (await api.get<{ scheduled: Scheduled[] }>(root)).scheduled,
});

export const schedule = (conversation: string, draft: Draft, send_at: number) =>
  api.post<Scheduled>(`/api/chat/conversations/${conversation}/scheduled`, {
    client_id: newId(),
    text: draft.text,
    mentions: draft.mentions ?? [],
    mentions_all: draft.mentions_all ?? false,
    ...(draft.reply_to ? { reply_to: draft.reply_to.id } : {}),
    ...(draft.thread_root === null || draft.thread_root === undefined
      ? {}
      : { thread_root: draft.thread_root }),
    send_at,
  });

export const reschedule = (id: string, change: { text?: string; send_at?: number }) =>
  api.patch<Scheduled>(`${root}/${id}`, change);
export const dropScheduled = (id: string) => api.delete(`${root}/${id}`);
export const sendScheduled = (id: string) => api.post<Message>(`${root}/${id}/send`);
