/** Meetings of mine that run now, two at most, with the way in. */
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { duration, useNow } from '@/lib';
import { runningQuery } from '@/meetings';
import { AvatarStack } from '@/ui';
import styles from './NowStrip.module.css';

const shownMax = 2;
const lookAgainMs = 60_000;

export function NowStrip() {
  const { t } = useTranslation('chat');
  const router = useRouter();
  const now = useNow();
  const running = useQuery({ ...runningQuery, refetchInterval: lookAgainMs }).data ?? [];
  if (running.length === 0) return null;
  const more = running.length - shownMax;
  return (
    <section className={styles.strip} aria-label={t('now.title')}>
      <header className={styles.head}>
        <i className={styles.dot} aria-hidden="true" />
        {t('now.title')}
        <span className={styles.many}>{running.length}</span>
      </header>
      {running.slice(0, shownMax).map((meeting) => (
        <div key={meeting.id} className={styles.meeting}>
          <div className={styles.words}>
            <b className={styles.title}>{meeting.title}</b>
            <span className={styles.facts}>
              <AvatarStack
                people={(meeting.participants ?? []).map((one) => ({
                  id: one.name,
                  name: one.name,
                  src: one.avatar_url,
                }))}
                size={18}
                max={3}
                total={meeting.participants_count}
              />
              <time>{meeting.started_at === null ? '' : duration(now - meeting.started_at)}</time>
            </span>
          </div>
          <Button
            className={styles.join}
            aria-label={t('now.joinTitle', { title: meeting.title })}
            onClick={() => router.history.push(`/m/${meeting.number}`)}
          >
            {t('now.join')}
          </Button>
        </div>
      ))}
      {more > 0 ? (
        <Link to="/meetings" className={styles.more}>
          {t('now.more', { count: more })}
        </Link>
      ) : null}
    </section>
  );
}
