/** The devices where I am signed in; each can be signed out from here. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Monitor, Smartphone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api, type Session, useMe } from '@/api';
import { useLanguage } from '@/app';
import { isHandheld, stamp } from '@/lib';
import { Failure, Setting, SkeletonRows, Tag, useErrorWords, useToast } from '@/ui';
import styles from './SessionList.module.css';

const sessionsKey = ['org', 'sessions'];

function useEndSession() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  return async (session: Session) => {
    await client.cancelQueries({ queryKey: sessionsKey });
    const before = client.getQueryData<Session[]>(sessionsKey);
    client.setQueryData<Session[]>(sessionsKey, (list) => list?.filter(({ id }) => id !== session.id));
    try {
      await api.delete(`/api/org/sessions/${session.id}`);
    } catch (error) {
      client.setQueryData(sessionsKey, before);
      toast({ tone: 'failed', words: words(error) });
    }
  };
}

export function SessionList() {
  const { t } = useTranslation('org');
  const language = useLanguage();
  const me = useMe();
  const end = useEndSession();
  const sessions = useQuery({
    queryKey: sessionsKey,
    queryFn: async () => (await api.get<{ sessions: Session[] }>('/api/org/sessions')).sessions,
  });
  if (sessions.isError)
    return <Failure error={sessions.error} onRetry={() => void sessions.refetch()} compact />;
  if (!sessions.data) return <SkeletonRows rows={2} avatar={false} />;
  const mineFirst = [...sessions.data].sort(
    (one, other) =>
      Number(other.id === me.session_id) - Number(one.id === me.session_id) ||
      other.last_seen_at - one.last_seen_at,
  );
  return mineFirst.map((session) => {
    const Icon = isHandheld(session.device) ? Smartphone : Monitor;
    return (
      <Setting
        key={session.id}
        name={
          <span className={styles.device}>
            <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
            {session.device || t('mine.unknownDevice')}
            {session.id === me.session_id ? <Tag tone="primary">{t('mine.thisDevice')}</Tag> : null}
          </span>
        }
        detail={[session.ip, t('mine.lastSeen', { time: stamp(session.last_seen_at, language) })]
          .filter(Boolean)
          .join(' · ')}
      >
        {session.id === me.session_id ? null : (
          <Button onClick={() => void end(session)}>{t('mine.endSession')}</Button>
        )}
      </Setting>
    );
  });
}
