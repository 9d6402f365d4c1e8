/** `/m/482106937`: the door of a meeting, the meeting, and the page after it. For members and for guests. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Spin } from 'antd';
import { useTranslation } from 'react-i18next';
import { ApiError, meQuery, officeQuery } from '@/api';
import { useLasting } from '@/lib';
import { Failure } from '@/ui';
import { doorQuery } from '../api';
import { Closed } from './Closed';
import { Visit } from './Visit';

/** Guests hear no events: whether the meeting has begun or ended is asked for now and then. */
const LOOK_AGAIN_MS = 30_000;

export default function JoinPage() {
  const { number = '' } = useParams({ strict: false }) as { number?: string };
  const door = useQuery({ ...doorQuery(number), retry: 1, refetchInterval: LOOK_AGAIN_MS });
  const me = useQuery(meQuery);
  const office = useQuery(officeQuery);
  const slow = useLasting(door.isPending || me.isPending, 300);
  if (door.data && me.data !== undefined)
    return (
      <Visit
        key={number}
        door={door.data}
        me={me.data?.member ?? null}
        officeName={office.data?.name ?? ''}
        onLookAgain={() => void door.refetch()}
      />
    );
  if (door.error instanceof ApiError && door.error.status === 404) return <Closed why="unknown" />;
  if (door.error) return <Failure error={door.error} onRetry={() => void door.refetch()} />;
  return slow ? <Opening /> : null;
}

function Opening() {
  const { t } = useTranslation('meetings');
  return (
    <div
      style={{ display: 'grid', minHeight: '100dvh', placeItems: 'center' }}
      role="status"
      aria-label={t('join.loading')}
    >
      <Spin />
    </div>
  );
}
