/** Pages that are not there and screens that failed. */
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState, Failure } from '@/ui';

export function NotFound() {
  const { t } = useTranslation('app');
  return (
    <main style={{ display: 'flex', minHeight: '100dvh' }}>
      <EmptyState drawing="moon" title={t('notFound')} act={<Link to="/">{t('home')}</Link>} />
    </main>
  );
}

export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main style={{ display: 'flex', minHeight: '60dvh' }}>
      <Failure
        error={error}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
}
