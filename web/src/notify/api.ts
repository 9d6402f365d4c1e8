/** Every request about notices, and what is shown before the office answers. */
import { infiniteQueryOptions, queryOptions, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, type Notice, type NoticePage, type NoticeSettings, type NoticesMarked } from '@/api';
import { useErrorWords, useToast } from '@/ui';
import { allIn, type Pages, withAllRead, without, withRead } from './model';

export const notifyKey = ['notify'] as const;
const path = '/api/notify/notices';

export const noticesQuery = infiniteQueryOptions({
  queryKey: [...notifyKey, 'notices'],
  queryFn: ({ pageParam, signal }) => api.get<NoticePage>(path, { cursor: pageParam }, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

export const settingsQuery = queryOptions({
  queryKey: [...notifyKey, 'settings'],
  queryFn: () => api.get<NoticeSettings>('/api/notify/settings'),
  staleTime: 60_000,
});

export const saveSettings = (settings: NoticeSettings) =>
  api.put<NoticeSettings>('/api/notify/settings', settings);

/** Reading and removing: shown at once, taken back when the office refuses, undone by the person. */
export function useNoticeActs() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const { t } = useTranslation(['notify', 'ui']);
  const { queryKey } = noticesQuery;
  const show = (change: (pages: Pages) => Pages) =>
    client.setQueryData<Pages>(queryKey, (pages) => pages && change(pages));
  const again = () => void client.invalidateQueries({ queryKey });
  const attempt = async <T>(act: () => Promise<T>): Promise<T | null> => {
    try {
      return await act();
    } catch (error) {
      again();
      toast({ tone: 'failed', words: words(error) });
      return null;
    }
  };
  const offerUndo = (said: string, undo: () => Promise<unknown>) =>
    toast({
      words: said,
      act: { label: t('ui:undo'), run: () => void attempt(undo).then(again) },
    });
  return {
    read: async ({ id, read }: Notice) => {
      if (read) return;
      await client.cancelQueries({ queryKey });
      show((pages) => withRead(pages, [id]));
      await attempt(() => api.post(`${path}/read`, { ids: [id] }));
    },
    readAll: async () => {
      const newest = allIn(client.getQueryData<Pages>(queryKey))[0];
      if (!newest) return;
      await client.cancelQueries({ queryKey });
      show(withAllRead);
      const marked = await attempt(() => api.post<NoticesMarked>(`${path}/read`, { up_to: newest.id }));
      if (!marked || marked.ids.length === 0) return;
      offerUndo(t('notify:allRead', { count: marked.ids.length }), async () => {
        show((pages) => withRead(pages, marked.ids, false));
        await api.post(`${path}/unread`, { ids: marked.ids });
      });
    },
    remove: async ({ id }: Notice) => {
      await client.cancelQueries({ queryKey });
      show((pages) => without(pages, id));
      const removed = await attempt(async () => {
        await api.delete(`${path}/${id}`);
        return true;
      });
      if (removed) offerUndo(t('notify:removed'), () => api.post(`${path}/${id}/restore`));
    },
  };
}
