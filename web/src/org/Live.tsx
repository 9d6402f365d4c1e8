/** Keeps what is shown about people in step with the office. Draws nothing. */
import { useQueryClient } from '@tanstack/react-query';
import { type Me, meKey, useServerEvent } from '@/api';
import { patchMember } from './queries';

export default function Live() {
  const client = useQueryClient();
  useServerEvent('presence', ({ member_id, presence }) => {
    patchMember(client, member_id, { presence });
    client.setQueryData<Me>(meKey, (me) =>
      me?.member.id === member_id ? { ...me, member: { ...me.member, presence } } : me,
    );
    void client.invalidateQueries({ queryKey: ['org', 'total'] });
    // A list on its way was asked for before this happened.
    const lists = { queryKey: ['org', 'members'] };
    if (client.isFetching(lists) > 0) void client.invalidateQueries(lists);
  });
  useServerEvent('org.changed', () => {
    void client.invalidateQueries({ queryKey: ['org'] });
  });
  // More happened at once than was told.
  useServerEvent('missed', () => {
    void client.invalidateQueries({ queryKey: ['org'] });
  });
  return null;
}
