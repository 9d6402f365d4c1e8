/** Leaving: everybody just leaves, the host is asked whether the meeting ends for all. */
import { Popover } from 'antd';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { roleOf } from '../state';
import { useCall, useCallState } from './context';
import styles from './LeaveMenu.module.css';

export type LeaveAsk = 'closed' | 'open' | 'confirm';

type Props = { ask: LeaveAsk; onAsk: (ask: LeaveAsk) => void; children: ReactElement };

export function LeaveMenu({ ask, onAsk, children }: Props) {
  const call = useCall();
  const host = useCallState((state) => roleOf(state, state.me) === 'host');
  return (
    <Popover
      trigger="click"
      placement="topRight"
      arrow={false}
      open={ask !== 'closed'}
      onOpenChange={(open) => {
        if (!open) return onAsk('closed');
        if (host) onAsk('open');
        else void call.leave();
      }}
      content={<Choices ask={ask} onAsk={onAsk} />}
      styles={{ container: { padding: 8, borderRadius: 12 } }}
    >
      {children}
    </Popover>
  );
}

function Choices({ ask, onAsk }: Omit<Props, 'children'>) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const count = useCallState((state) => Object.keys(state.people).length);
  const host = useCallState((state) => roleOf(state, state.me) === 'host');
  if (ask === 'confirm')
    return (
      <div className={styles.choices} role="alertdialog" aria-label={t('call.leave.endTitle')}>
        <p className={styles.title}>{t('call.leave.endTitle')}</p>
        <p className={styles.words}>{t('call.leave.endWords', { count })}</p>
        <div className={styles.pair}>
          {/* biome-ignore lint/a11y/noAutofocus: cancel has the focus where others would feel the act */}
          <button type="button" autoFocus onClick={() => onAsk('closed')}>
            {t('call.cancel')}
          </button>
          <button type="button" data-look="solid" onClick={() => void call.endForAll()}>
            {t('call.leave.end')}
          </button>
        </div>
      </div>
    );
  return (
    <div className={styles.choices} role="dialog" aria-label={t('call.leave.title')}>
      {/* biome-ignore lint/a11y/noAutofocus: the menu was opened to leave */}
      <button type="button" autoFocus onClick={() => void call.leave()}>
        {t('call.leave.leave')}
        <small>{t('call.leave.leaveHint')}</small>
      </button>
      {host ? (
        <button
          type="button"
          data-look="danger"
          onClick={() => (count > 1 ? onAsk('confirm') : void call.endForAll())}
        >
          {t('call.leave.end')}
          <small>{t('call.leave.endHint')}</small>
        </button>
      ) : null}
    </div>
  );
}
