/** Every request about stickers, and which pictures can become one. */
import { queryOptions } from '@tanstack/react-query';
import { api, type FileCard, type Message, type Sticker } from '@/api';
import { chatKey } from '../api';

const root = '/api/chat/stickers';

/** As the office says it. */
export const stickerBytesMax = 1_048_576;
export const stickerTypes = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;

export const stickersKey = [...chatKey, 'stickers'] as const;

export const stickersQuery = queryOptions({
  queryKey: stickersKey,
  queryFn: async () => (await api.get<{ stickers: Sticker[] }>(root)).stickers,
  staleTime: 60_000,
});

export const collect = (file_id: string) => api.post<Sticker>(root, { file_id });
export const putInOrder = (ids: readonly string[]) => api.put(`${root}/order`, { ids });
export const dropSticker = (id: string) => api.delete(`${root}/${id}`);

const mayBe = ({ media_type, size, scan }: FileCard) =>
  scan !== 'infected' && size <= stickerBytesMax && stickerTypes.some((one) => one === media_type);

/** The picture of a message that can be collected: its only one. */
export function pictureOf(message: Message): FileCard | null {
  if (message.recalled_at !== null) return null;
  const files =
    message.kind === 'files'
      ? (message.data?.files ?? [])
      : message.kind === 'sticker' && message.data
        ? [message.data.sticker]
        : [];
  const [only] = files;
  return files.length === 1 && only && mayBe(only) ? only : null;
}

/** The same list with one of them moved by a step. */
export function moved<T>(all: readonly T[], from: number, by: 1 | -1): T[] {
  const to = from + by;
  const next = [...all];
  const [one] = next.splice(from, 1);
  if (one === undefined || to < 0 || to >= all.length) return [...all];
  next.splice(to, 0, one);
  return next;
}
