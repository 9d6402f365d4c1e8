/** Every request about messages that one has to deal with. */
import { queryOptions } from '@tanstack/react-query';
import { api, type LaterMessage } from '@/api';
import { chatKey } from '../api';

const of = (message: string, rest = '') => `/api/chat/messages/${message}/later${rest}`;

export type Todo = { due_at?: number | null; note?: string };

export const laterKey = [...chatKey, 'later'] as const;

export const laterQuery = (done: boolean) =>
  queryOptions({
    queryKey: [...laterKey, done],
    queryFn: async () => (await api.get<{ messages: LaterMessage[] }>('/api/chat/later', { done })).messages,
    staleTime: 0,
  });

export const keepForLater = (message: string, todo: Todo = {}) => api.put(of(message), todo);
export const letGo = (message: string) => api.delete(of(message));
export const tick = (message: string, done: boolean) => api.post(of(message, '/done'), { done });
