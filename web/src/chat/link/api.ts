/** Every request about joining a group by a link. */
import { queryOptions } from '@tanstack/react-query';
import { api, type JoinDoor, type JoinLink, type JoinRequest } from '@/api';
import { chatKey } from '../api';

const at = (id: string, rest: string) => `/api/chat/conversations/${id}/${rest}`;

/** How long a link is good for, in days; null for ever. */
export const linkDays = [1, 7, 30, null] as const;

export type LinkPlan = { expires_in_days: number | null; approval: boolean };

/** The link of a group, or null while it has none. */
export const linkQuery = (conversation: string) =>
  queryOptions({
    queryKey: [...chatKey, 'link', conversation],
    queryFn: () => api.get<JoinLink | null>(at(conversation, 'link')),
    staleTime: 0,
  });

/** Makes a link; the one before leads nowhere any more. */
export const makeLink = (conversation: string, plan: LinkPlan) =>
  api.post<JoinLink>(at(conversation, 'link'), plan);
export const dropLink = (conversation: string) => api.delete(at(conversation, 'link'));

/** The address under which this browser reaches the office; the office may know itself by another name. */
export const joinAddress = (token: string): string => `${window.location.origin}/chat/join/${token}`;

export const doorQuery = (token: string) =>
  queryOptions({
    queryKey: [...chatKey, 'door', token],
    queryFn: () => api.get<JoinDoor>(`/api/chat/join/${token}`),
    staleTime: 0,
  });

export const askIn = (token: string, note: string) =>
  api.post<{ state: 'member' | 'asked'; conversation_id?: string | null }>(
    `/api/chat/join/${token}`,
    note ? { note } : {},
  );

export const requestsQuery = (conversation: string) =>
  queryOptions({
    queryKey: [...chatKey, 'requests', conversation],
    queryFn: async () => (await api.get<{ requests: JoinRequest[] }>(at(conversation, 'requests'))).requests,
  });

export const answerRequest = (id: string, admit: boolean) => api.post(`/api/chat/requests/${id}`, { admit });
