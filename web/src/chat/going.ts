/** Ways within the page of messages. */
import { useNavigate } from '@tanstack/react-router';
import { useEvent } from '@/lib';

type How = { at?: number; replace?: boolean };

/** Goes to a conversation, to a message of one, or for null to the list alone. */
export function useGo(): (id: string | null, how?: How) => void {
  const navigate = useNavigate();
  return useEvent((id: string | null, { at, replace }: How = {}) => {
    void navigate({
      to: '/chat/{-$conversation}',
      params: { conversation: id ?? undefined } as never,
      search: (at === undefined ? {} : { at: String(at) }) as never,
      replace,
    });
  });
}
