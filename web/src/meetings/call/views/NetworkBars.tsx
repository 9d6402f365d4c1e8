/** Four bars: how well somebody's packets arrive. White is good, two amber, one red with the word in its name. */
import { useTranslation } from 'react-i18next';
import type { Network } from '../state';
import styles from './marks.module.css';

const lit: Record<Network, number> = { unknown: 4, excellent: 4, good: 3, poor: 2, lost: 1 };

export function NetworkBars({ network, size = 14 }: { network: Network; size?: number }) {
  const { t } = useTranslation('meetings');
  return (
    <svg
      className={styles.bars}
      data-network={network}
      width={size}
      height={size}
      viewBox="0 0 14 14"
      role="img"
      aria-label={t(`call.network.${network}`)}
    >
      <title>{t(`call.network.${network}`)}</title>
      {[0, 1, 2, 3].map((bar) => (
        <rect
          key={bar}
          x={0.5 + bar * 3.5}
          y={9.5 - bar * 3}
          width="2.4"
          height={4 + bar * 3}
          rx="0.8"
          data-lit={bar < lit[network] || undefined}
        />
      ))}
    </svg>
  );
}

/** Three bars that move while somebody speaks. */
export function VoiceBars() {
  return (
    <span className={styles.voice} aria-hidden="true">
      <i />
      <i />
      <i />
    </span>
  );
}
