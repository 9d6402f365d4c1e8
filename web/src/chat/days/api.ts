/** Finding a day in a conversation. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '@/api';
import { chatKey } from '../api';

const at = (id: string, rest: string) => `/api/chat/conversations/${id}/${rest}`;

/** The days of a month (`2026-11`) on which something was said, by the clock of this device. */
export const daysQuery = (conversation: string, month: string) =>
  queryOptions({
    queryKey: [...chatKey, 'days', conversation, month],
    queryFn: async () => {
      const offset_minutes = -new Date(`${month}-15T12:00:00`).getTimezoneOffset();
      const { days } = await api.get<{ days: number[] }>(at(conversation, 'days'), { month, offset_minutes });
      return days;
    },
  });

/** The first message at a time or after it. */
export const seqAt = async (conversation: string, time: number): Promise<number | null> =>
  (await api.get<{ seq: number | null }>(at(conversation, 'at'), { time })).seq;
