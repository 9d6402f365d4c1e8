/** A door that does not open, with the reason and a way on. */
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '@/ui';

export type WhyClosed = 'unknown' | 'cancelled' | 'ended' | 'noGuests';

const hints: Record<WhyClosed, boolean> = {
  unknown: true,
  cancelled: false,
  ended: false,
  noGuests: true,
};

export function Closed({ why, next }: { why: WhyClosed; next?: string }) {
  const { t } = useTranslation('meetings');
  return (
    <main style={{ display: 'flex', minHeight: '100dvh' }}>
      <EmptyState
        drawing="moon"
        title={t(`join.${why}`)}
        hint={hints[why] ? t(`join.${why}Hint`) : undefined}
        act={
          why === 'noGuests' ? (
            <Button type="primary" href={`/sign-in?next=${encodeURIComponent(next ?? '/')}`}>
              {t('join.signIn')}
            </Button>
          ) : (
            <Link to="/">
              <Button>{t('join.home')}</Button>
            </Link>
          )
        }
      />
    </main>
  );
}
