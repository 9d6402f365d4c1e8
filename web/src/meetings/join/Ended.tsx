/** The page after a call: why it is over, how long I was there, and the way back in. */
import { Button } from 'antd';
import { RotateCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { duration } from '@/lib';
import { EmptyState } from '@/ui';
import type { CallState, EndReason } from '../call/state';

const titles: Record<EndReason, string> = {
  left: 'join.leftTitle',
  ended_by_me: 'join.ended_by_me',
  ended_by_host: 'join.ended_by_host',
  removed: 'join.removed',
  duplicate: 'join.duplicate',
  refused: 'join.refused',
  lost: 'join.lost',
};

/** After these there is nothing to go back to, or nobody who wants us back. */
const final: ReadonlySet<EndReason> = new Set(['ended_by_me', 'ended_by_host', 'removed']);

type Props = { call: CallState; member: boolean; onAgain: () => void; onHome: () => void };

export function Ended({ call, member, onAgain, onHome }: Props) {
  const { t } = useTranslation('meetings');
  if (!call.ended) return null;
  const { reason, at, detail } = call.ended;
  const lasted = call.joinedAt === null ? null : t('join.lasted', { time: duration(at - call.joinedAt) });
  const hints: Partial<Record<EndReason, string>> = {
    removed: t('join.removedHint'),
    duplicate: t('join.duplicateHint'),
    lost: t('join.lostHint'),
    refused: detail ?? '',
  };
  return (
    <main style={{ display: 'flex', minHeight: '100dvh' }} data-ended={reason}>
      <div style={{ display: 'flex', flex: 1 }} role={reason === 'removed' ? 'alert' : 'status'}>
        <EmptyState
          drawing={
            reason === 'left' || reason === 'ended_by_me' || reason === 'ended_by_host' ? 'gate' : 'moon'
          }
          title={t(titles[reason])}
          hint={
            <>
              {hints[reason] ? <span style={{ display: 'block' }}>{hints[reason]}</span> : null}
              {lasted ? <span className="tabular">{lasted}</span> : null}
              {lasted || hints[reason] ? null : t('join.thanks')}
            </>
          }
          act={
            <span style={{ display: 'inline-flex', gap: 8, flexWrap: 'wrap', justifyContent: 'center' }}>
              {final.has(reason) ? null : (
                <Button type="primary" icon={<RotateCw size={16} strokeWidth={1.75} />} onClick={onAgain}>
                  {t('join.rejoin')}
                </Button>
              )}
              {member ? <Button onClick={onHome}>{t('join.home')}</Button> : null}
            </span>
          }
        />
      </div>
    </main>
  );
}
