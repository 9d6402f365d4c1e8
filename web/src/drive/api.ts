/** Every request about files and folders, in one place. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  api,
  type DriveSettings,
  type Entry,
  type EntryPage,
  type FileVersion,
  type Shared,
  type ShareLink,
  type Space,
  type SpaceLeft,
  type Spaces,
  type Step,
} from '@/api';

const root = '/api/drive';
const pageSize = 100;
const of = (entry: string, rest = '') => `${root}/entries/${entry}${rest}`;

export const driveKey = ['drive'] as const;

export type Sort = 'name' | 'time' | 'size';
export type Order = { sort: Sort; order: 'asc' | 'desc' };

export const spacesQuery = queryOptions({
  queryKey: [...driveKey, 'spaces'],
  queryFn: () => api.get<Spaces>(`${root}/spaces`),
});

export const openSpace = (conversation_id: string) => api.post<Space>(`${root}/spaces`, { conversation_id });

export const entriesQuery = (space: string, folder: string | null, { sort, order }: Order) =>
  infiniteQueryOptions({
    queryKey: [...driveKey, 'entries', space, folder, sort, order],
    queryFn: ({ pageParam, signal }) =>
      api.get<EntryPage>(
        `${root}/spaces/${space}/entries`,
        { folder, sort, order, after: pageParam, limit: pageSize },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });

export const binQuery = (space: string) =>
  infiniteQueryOptions({
    queryKey: [...driveKey, 'bin', space],
    queryFn: ({ pageParam, signal }) =>
      api.get<EntryPage>(`${root}/spaces/${space}/bin`, { after: pageParam, limit: pageSize }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });

export const searchEntries = (
  words: string,
  space: string | null,
  after: string | null,
  signal?: AbortSignal,
) => api.get<EntryPage>(`${root}/search`, { words, space, after, limit: pageSize }, signal);

export const searchQuery = (words: string, space: string | null) =>
  infiniteQueryOptions({
    queryKey: [...driveKey, 'search', words, space],
    queryFn: ({ pageParam, signal }) => searchEntries(words, space, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: (before) => before,
  });

export const fetchEntry = (entry: string) => api.get<Entry & { path: Step[] }>(of(entry));

export const versionsQuery = (entry: string) =>
  queryOptions({
    queryKey: [...driveKey, 'versions', entry],
    queryFn: async () => (await api.get<{ versions: FileVersion[] }>(of(entry, '/versions'))).versions,
    staleTime: 0,
  });

export const linksQuery = (entry: string) =>
  queryOptions({
    queryKey: [...driveKey, 'links', entry],
    queryFn: async () => (await api.get<{ links: ShareLink[] }>(of(entry, '/links'))).links,
    staleTime: 0,
  });

export const makeFolder = (space: string, folder_id: string | null, name: string) =>
  api.post<Entry>(`${root}/spaces/${space}/folders`, folder_id ? { name, folder_id } : { name });
export const rename = (entry: string, name: string) => api.patch<Entry>(of(entry), { name });

export type Goal = { space: string; folder: string | null };

export const move = (entry: string, { space, folder }: Goal) =>
  api.patch<Entry>(of(entry), {
    space_id: space,
    ...(folder ? { folder_id: folder } : { to_root: true }),
  });
export const copy = (entry: string, { space, folder }: Goal) =>
  api.post<Entry>(of(entry, '/copy'), { space_id: space, ...(folder ? { folder_id: folder } : {}) });
export const discard = (entry: string) => api.delete(of(entry));
export const restore = (entry: string) => api.post<Entry>(of(entry, '/restore'));
export const destroy = (entry: string) => api.delete(`${root}/bin/${entry}`);
export const emptyBin = (space: string) => api.delete(`${root}/spaces/${space}/bin`);
export const restoreVersion = (entry: string, number: number) =>
  api.post<Entry>(of(entry, `/versions/${number}/restore`));

export type NewLink = { password?: string; expires_at?: number; download: boolean };

export const makeLink = (entry: string, link: NewLink) => api.post<ShareLink>(of(entry, '/links'), link);
export const removeLink = (link: string) => api.delete(`${root}/links/${link}`);

export const enterShared = (token: string, password: string | null) =>
  api.post<Shared>(`${root}/shared/${encodeURIComponent(token)}`, password ? { password } : {});

export const driveSettingsQuery = queryOptions({
  queryKey: [...driveKey, 'settings'],
  queryFn: () => api.get<DriveSettings>(`${root}/settings`),
});

export const saveDriveSettings = (settings: DriveSettings) =>
  api.put<DriveSettings>(`${root}/settings`, settings);

export const leftQuery = queryOptions({
  queryKey: [...driveKey, 'left'],
  queryFn: async () => (await api.get<{ spaces: SpaceLeft[] }>(`${root}/spaces/left`)).spaces,
});

export const handOver = (space: string, member_id: string) =>
  api.post<Entry>(`${root}/spaces/${space}/hand_over`, { member_id });

type Reading = { download?: boolean; version?: number };

const tail = (facts: Record<string, string | number | boolean | undefined>): string => {
  const said = Object.entries(facts).filter(([, value]) => value !== undefined && value !== false);
  const text = new URLSearchParams(
    said.map(([name, value]) => [name, value === true ? '1' : String(value)]),
  ).toString();
  return text ? `?${text}` : '';
};

/** Where the bytes of a file are. */
export const contentUrl = (file: string, { download, version }: Reading = {}): string =>
  `${root}/files/${file}/content${tail({ download, version })}`;

export const thumbnailUrl = (file: string, size: 'small' | 'large' = 'small'): string =>
  `${root}/files/${file}/thumbnail?size=${size}`;

export const sharedUrl = (token: string, ticket: string, entry: string, download = false): string =>
  `${root}/shared/${encodeURIComponent(token)}/content${tail({ ticket, entry, download })}`;

export const sharedThumbnail = (
  token: string,
  ticket: string,
  entry: string,
  size: 'small' | 'large',
): string => `${root}/shared/${encodeURIComponent(token)}/thumbnail${tail({ ticket, entry, size })}`;
