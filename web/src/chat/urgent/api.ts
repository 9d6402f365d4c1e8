/** Every request about urgent messages. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, type Urgent } from '@/api';
import { chatKey } from '../api';

const root = '/api/chat/urgent';

export type Box = 'in' | 'out';

/** Whom to ask, from when on, and how often again. */
export type UrgentPlan = { to: 'unread' | 'all' | string[]; at?: number; repeat_minutes?: number };

/** Minutes after which whoever has not confirmed is asked again. */
export const repeats = [5, 10, 15, 30, 60] as const;

export const urgentKey = [...chatKey, 'urgent'] as const;

type Page = { urgent: Urgent[]; next: string | null };

const fetchBox = (box: Box, before?: string) => api.get<Page>(root, { box, before });

/** What waits for my confirmation, as far as the newest page tells. */
export const waitingQuery = queryOptions({
  queryKey: [...urgentKey, 'waiting'],
  queryFn: async () => (await fetchBox('in')).urgent,
  staleTime: 60_000,
});

export const boxQuery = (box: Box) =>
  infiniteQueryOptions({
    queryKey: [...urgentKey, box],
    queryFn: ({ pageParam }) => fetchBox(box, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: 0,
  });

export const urgentQuery = (id: string) =>
  queryOptions({
    queryKey: [...urgentKey, 'one', id],
    queryFn: () => api.get<Urgent>(`${root}/${id}`),
    staleTime: 0,
  });

export const makeUrgent = (message: string, plan: UrgentPlan) =>
  api.post<Urgent>(`/api/chat/messages/${message}/urgent`, plan);
export const sendUrgent = (conversation: string, text: string, plan: UrgentPlan) =>
  api.post<Urgent>(`/api/chat/conversations/${conversation}/urgent`, { text, ...plan });
export const confirmUrgent = (id: string) => api.post(`${root}/${id}/confirm`);
export const remindUrgent = (id: string) => api.post(`${root}/${id}/remind`);
export const endUrgent = (id: string) => api.post(`${root}/${id}/end`);

/** Whether somebody is asked to confirm now. */
export const isAsked = (urgent: Urgent, me: string, now: number): boolean =>
  urgent.message !== null && urgent.ended_at === null && urgent.at <= now && urgent.waiting.includes(me);

/** An urgent message as it was last told, in the place of what was known of it. */
export const withUrgent = (all: readonly Urgent[], urgent: Urgent): Urgent[] => [
  urgent,
  ...all.filter((one) => one.id !== urgent.id),
];
