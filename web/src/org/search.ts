/** People for Ctrl/⌘ K. */

import { api, type Member } from '@/api';
import type { Hit } from '@/app';

const hitsMax = 6;

export async function search(words: string, signal: AbortSignal): Promise<Hit[]> {
  const { members } = await api.get<{ members: Member[] }>(
    '/api/org/members',
    { q: words, limit: hitsMax },
    signal,
  );
  return members.map((member) => ({
    id: member.id,
    title: member.name,
    detail: [member.title, member.departments[0]?.name].filter(Boolean).join(' · '),
    to: `/people?m=${member.id}`,
    person: { id: member.id, name: member.name, avatar_url: member.avatar_url },
  }));
}
