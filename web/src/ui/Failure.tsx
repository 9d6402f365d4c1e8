/** Something could not be fetched: words first, retry beside them, the code under details. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './EmptyState';

type Props = { error: unknown; onRetry?: () => void; compact?: boolean };

/** What an error says to a person; servers speak the reader's language already. */
export function useErrorWords(): (error: unknown) => string {
  const { t } = useTranslation('ui');
  return (error) => {
    const said = error as { status?: number; message?: string } | null;
    if (said?.status === 0) return t('error.offline');
    if (said?.status !== undefined && said.message) return said.message;
    return t('error.unknown');
  };
}

export function Failure({ error, onRetry, compact }: Props) {
  const { t } = useTranslation('ui');
  const words = useErrorWords();
  const status = (error as { status?: number } | null)?.status;
  const nothing = status === 404 || status === 403;
  return (
    <div role="alert" style={{ display: 'flex', flex: 1 }}>
      <EmptyState
        drawing="moon"
        compact={compact}
        title={nothing ? t('error.nothing') : t('error.title')}
        hint={nothing ? undefined : words(error)}
        act={onRetry && !nothing ? <Button onClick={onRetry}>{t('retry')}</Button> : undefined}
      />
    </div>
  );
}
