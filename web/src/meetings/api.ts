/** Every request about meetings, in one place; the shapes are the server's. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import {
  api,
  type Call,
  type Joined,
  type Meeting,
  type MeetingDoor,
  type Member,
  type Subject,
} from '@/api';
import type { HostActs } from './call/session';

export type { Joined, Meeting, MeetingDoor, MeetingFace as Face, MeetingStay as Stay } from '@/api';

export interface MeetingPlan {
  title?: string;
  starts_at?: number;
  duration_minutes?: number;
  invitee_ids?: string[];
  settings?: Record<string, boolean>;
}

interface Page {
  readonly meetings: Meeting[];
  readonly next_cursor: string | null;
}

export const meetingsKey = ['meetings'] as const;

export const listQuery = (when: 'upcoming' | 'running') =>
  queryOptions({
    queryKey: [...meetingsKey, when],
    queryFn: async () => (await api.get<Page>('/api/meetings', { when })).meetings,
  });

export const pastQuery = infiniteQueryOptions({
  queryKey: [...meetingsKey, 'past'],
  queryFn: ({ pageParam }) => api.get<Page>('/api/meetings', { when: 'past', cursor: pageParam }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

export const personalQuery = queryOptions({
  queryKey: [...meetingsKey, 'personal'],
  queryFn: () => api.get<Meeting>('/api/meetings/personal'),
});

export const meetingQuery = (id: string) =>
  queryOptions({
    queryKey: [...meetingsKey, 'one', id],
    queryFn: () => api.get<Meeting>(`/api/meetings/${id}`),
  });

export const doorQuery = (number: string) =>
  queryOptions({
    queryKey: [...meetingsKey, 'door', number],
    queryFn: () => api.get<MeetingDoor>(`/api/meetings/by-number/${number}`),
    staleTime: 0,
  });

export const callsQuery = queryOptions({
  queryKey: [...meetingsKey, 'calls'],
  queryFn: async () => (await api.get<{ calls: Call[] }>('/api/meetings/calls')).calls,
  staleTime: Number.POSITIVE_INFINITY,
});

export const startMeeting = (plan: MeetingPlan = {}) =>
  api.post<Meeting>('/api/meetings', { kind: 'instant', ...plan });
export const scheduleMeeting = (plan: MeetingPlan) =>
  api.post<Meeting>('/api/meetings', { kind: 'scheduled', ...plan });
export const editMeeting = (id: string, plan: MeetingPlan) => api.patch<Meeting>(`/api/meetings/${id}`, plan);
export const cancelMeeting = (id: string) => api.delete(`/api/meetings/${id}`);

export const enter = (number: string, name: string | null) =>
  api.post<Joined>(`/api/meetings/by-number/${number}/join`, name === null ? {} : { name });

export const ring = (id: string, member_ids: readonly string[], audio_only: boolean) =>
  api.post(`/api/meetings/${id}/ring`, { member_ids, audio_only });

export const callAbout = (subject: Subject, audio_only: boolean) =>
  api.post<Meeting>('/api/meetings/about', { ...subject, audio_only });

export const acceptCall = (id: string) => api.post(`/api/meetings/calls/${id}/accept`);
export const declineCall = (id: string, message?: string) =>
  api.post(`/api/meetings/calls/${id}/decline`, { message });

const PEOPLE_FOUND_MAX = 8;

export async function findMembers(q: string): Promise<Member[]> {
  const found = await api.get<{ members: Member[] }>('/api/org/members', { q, limit: PEOPLE_FOUND_MAX });
  return found.members;
}

/** What a host asks of a running meeting. */
export function hostActs(id: () => string): HostActs {
  const at = (path: string) => `/api/meetings/${id()}${path}`;
  const of = (identity: string, act: string) => at(`/participants/${encodeURIComponent(identity)}/${act}`);
  return {
    mute: (identity, source) => api.post(of(identity, 'mute'), { source }),
    muteAll: () => api.post(at('/mute-all')),
    lowerHand: (identity) => api.post(of(identity, 'lower-hand')),
    setCoHost: (identity, co_host) => api.post(of(identity, 'co-host'), { co_host }),
    handOver: (identity) => api.post(at('/host'), { identity }),
    remove: (identity) => api.post(of(identity, 'remove')),
    changeSettings: (settings) => api.patch(at('/settings'), settings),
    end: () => api.post(at('/end')),
    ring: (memberIds) => ring(id(), memberIds, false),
  };
}
