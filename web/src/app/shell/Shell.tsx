/** The rail (tabs at the bottom of phones) and the screen beside it. */
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { Tooltip } from 'antd';
import { CircleUserRound, Settings } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMaybeMe } from '@/api';
import { isWriting, letterKeysOn, useNarrow } from '@/lib';
import { Bell } from '@/notify';
import { Avatar, Count, HeaderActs, Mark } from '@/ui';
import { capabilities } from '../capabilities';
import { ProfileMenu } from './ProfileMenu';
import styles from './Shell.module.css';

const entries = capabilities.flatMap((capability) =>
  capability.nav ? [{ ...capability.nav, id: capability.id }] : [],
);

const followedByDigitMs = 1200;

/** G, then the number of a rail entry. */
function useRailKeys() {
  const navigate = useNavigate();
  const since = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || !letterKeysOn())
        return;
      if (event.key === 'g') {
        since.current = event.timeStamp;
        return;
      }
      const entry = entries[Number(event.key) - 1];
      if (entry && event.timeStamp - since.current < followedByDigitMs) {
        event.preventDefault();
        void navigate({ to: entry.to });
      }
      since.current = 0;
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate]);
}

/** How much waits behind an entry. */
function Badge({ useBadge }: { useBadge: () => number }) {
  const { t } = useTranslation('app');
  const count = useBadge();
  if (count === 0) return null;
  return (
    <span className={styles.badge}>
      <Count value={count} />
      <span className="visually-hidden">{t('waiting', { count })}</span>
    </span>
  );
}

function Rail() {
  const { t } = useTranslation();
  const me = useMaybeMe();
  return (
    <nav className={styles.rail} aria-label={t('app:navigation')}>
      <Link to="/" className={styles.mark} aria-label={t('app:home')}>
        <Mark size={32} />
      </Link>
      {entries.map(({ id, to, icon: Icon, label, useBadge }, at) => (
        <Tooltip
          key={id}
          title={`${t(`${id}:${label}`)} · G ${at + 1}`}
          placement="right"
          mouseEnterDelay={0.5}
        >
          <Link to={to} className={styles.entry} activeProps={{ 'data-here': true, 'aria-current': 'page' }}>
            <span className={styles.icon}>
              <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
              {useBadge ? <Badge useBadge={useBadge} /> : null}
            </span>
            <span className={styles.label}>{t(`${id}:${label}`)}</span>
          </Link>
        </Tooltip>
      ))}
      <span className={styles.space} />
      {me && me.member.role !== 'member' ? (
        <Tooltip title={t('app:admin')} placement="right" mouseEnterDelay={0.5}>
          <Link to="/admin/people" className={styles.small} aria-label={t('app:admin')}>
            <Settings size={20} strokeWidth={1.75} aria-hidden="true" />
          </Link>
        </Tooltip>
      ) : null}
      <Bell />
      <ProfileMenu />
    </nav>
  );
}

function Tabs() {
  const { t } = useTranslation();
  const me = useMaybeMe();
  return (
    <nav className={styles.tabs} aria-label={t('app:navigation')}>
      {entries.map(({ id, to, icon: Icon, label, useBadge }) => (
        <Link
          key={id}
          to={to}
          className={styles.tab}
          activeProps={{ 'data-here': true, 'aria-current': 'page' }}
        >
          <span className={styles.icon}>
            <Icon size={22} strokeWidth={1.75} aria-hidden="true" />
            {useBadge ? <Badge useBadge={useBadge} /> : null}
          </span>
          <span className={styles.label}>{t(`${id}:${label}`)}</span>
        </Link>
      ))}
      <Link to="/me" className={styles.tab} activeProps={{ 'data-here': true, 'aria-current': 'page' }}>
        {me ? (
          <Avatar id={me.member.id} name={me.member.name} src={me.member.avatar_url} size={24} />
        ) : (
          <CircleUserRound size={22} strokeWidth={1.75} aria-hidden="true" />
        )}
        <span className={styles.label}>{t('app:me')}</span>
      </Link>
    </nav>
  );
}

export function Shell() {
  const { t } = useTranslation('app');
  const narrow = useNarrow();
  useRailKeys();
  return (
    <div className={styles.shell}>
      <a href="#main" className={styles.skip}>
        {t('skip')}
      </a>
      {narrow ? null : <Rail />}
      <main className={styles.main} id="main" tabIndex={-1}>
        <HeaderActs value={narrow ? <Bell /> : null}>
          <Outlet />
        </HeaderActs>
      </main>
      {narrow ? <Tabs /> : null}
    </div>
  );
}
