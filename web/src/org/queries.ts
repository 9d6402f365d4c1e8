/** What the office knows about people, as the query cache holds it. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { api, type Department, type Member, type MemberPage, type Presence } from '@/api';

export type MemberFilter = {
  department?: string;
  recursive?: boolean;
  q?: string;
  presence?: Presence;
  status?: 'active' | 'disabled' | 'all';
};

const pageSize = 50;

export const invitationsKey = ['org', 'invitations'];

export const departmentsQuery = queryOptions({
  queryKey: ['org', 'departments'],
  queryFn: async () => (await api.get<{ departments: Department[] }>('/api/org/departments')).departments,
  staleTime: 60_000,
});

export const fetchMembers = (
  filter: MemberFilter,
  cursor?: string | null,
  limit = pageSize,
  signal?: AbortSignal,
) => api.get<MemberPage>('/api/org/members', { ...filter, cursor, limit }, signal);

export const membersQuery = (filter: MemberFilter) =>
  infiniteQueryOptions({
    queryKey: ['org', 'members', filter],
    queryFn: ({ pageParam, signal }) => fetchMembers(filter, pageParam, pageSize, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // What is on the screen stays there until the next answer.
    placeholderData: keepPreviousData,
  });

/** How many people a filter holds. */
export const totalQuery = (filter: MemberFilter) =>
  queryOptions({
    queryKey: ['org', 'total', filter],
    queryFn: async () => (await fetchMembers(filter, null, 1)).total,
  });

export const memberQuery = (id: string) =>
  queryOptions({ queryKey: ['org', 'member', id], queryFn: () => api.get<Member>(`/api/org/members/${id}`) });

/** Everybody a filter holds, up to a limit of people. */
export async function fetchEverybody(filter: MemberFilter, peopleMax: number): Promise<Member[]> {
  const people: Member[] = [];
  let cursor: string | null = null;
  do {
    const page: MemberPage = await fetchMembers(filter, cursor, pageSize);
    people.push(...page.members);
    cursor = page.next_cursor;
  } while (cursor && people.length < peopleMax);
  return people.slice(0, peopleMax);
}

/** Changes one person wherever they are shown. */
export function patchMember(client: QueryClient, id: string, change: Partial<Member>): void {
  const patched = (member: Member) => (member.id === id ? { ...member, ...change } : member);
  client.setQueriesData<InfiniteData<MemberPage>>(
    { queryKey: ['org', 'members'] },
    (data) =>
      data && {
        ...data,
        pages: data.pages.map((page) => ({ ...page, members: page.members.map(patched) })),
      },
  );
  client.setQueryData<Member>(['org', 'member', id], (member) => member && patched(member));
}
