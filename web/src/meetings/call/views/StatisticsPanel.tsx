/** Numbers for the curious: each track that is sent or received, once a second. */
import { useTranslation } from 'react-i18next';
import { useStore } from '@/lib';
import type { TrackStatistics } from '../statistics';
import { useCall, useCallState } from './context';
import { PanelHead } from './SidePanel';
import styles from './SidePanel.module.css';

export function StatisticsPanel() {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const rows = useStore(call.statistics, (all) => all);
  const connection = useCallState((state) => state.connection);
  const total = (direction: TrackStatistics['direction']) =>
    rows.filter((row) => row.direction === direction).reduce((sum, row) => sum + row.kilobits, 0);
  const rtt = rows.map((row) => row.roundTripMs).find((ms) => ms !== null);
  return (
    <>
      <PanelHead title={t('call.statistics.title')} />
      <div className={styles.body}>
        <div className={styles.form}>
          <dl className={styles.facts}>
            <dt>{t('call.statistics.connection')}</dt>
            <dd>{t(`call.connection.${connection}`)}</dd>
            <dt>{t('call.statistics.sent')}</dt>
            <dd>{bits(total('sent'))}</dd>
            <dt>{t('call.statistics.received')}</dt>
            <dd>{bits(total('received'))}</dd>
            <dt>{t('call.statistics.roundTrip')}</dt>
            <dd>{rtt === undefined || rtt === null ? '–' : `${rtt} ms`}</dd>
          </dl>
        </div>
        {rows.map((row) => (
          <Track key={row.id} row={row} />
        ))}
        {rows.length === 0 ? <p className={styles.empty}>{t('call.statistics.none')}</p> : null}
      </div>
    </>
  );
}

function Track({ row }: { row: TrackStatistics }) {
  const { t } = useTranslation('meetings');
  const percent = row.loss === null ? '–' : `${(row.loss * 100).toFixed(1)} %`;
  const facts: [string, string | null][] = [
    ['codec', row.codec || '–'],
    ['bitrate', bits(row.kilobits)],
    ['picture', row.width && row.height ? `${row.width} × ${row.height}` : null],
    ['frames', row.framesPerSecond === null ? null : `${Math.round(row.framesPerSecond)}`],
    ['layers', row.layers.length > 1 ? row.layers.map((height) => `${height}p`).join(' · ') : null],
    ['loss', percent],
    ['jitter', row.jitterMs === null ? null : `${row.jitterMs} ms`],
  ];
  return (
    <section className={styles.track} data-track={row.id} data-direction={row.direction}>
      <h3>
        {row.name}
        <small>
          {t(`call.statistics.source.${row.source}`)} · {t(`call.statistics.${row.direction}`)}
        </small>
      </h3>
      <dl className={styles.facts}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{t(`call.statistics.${name}`)}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
    </section>
  );
}

function bits(kilobits: number): string {
  return kilobits >= 1000 ? `${(kilobits / 1000).toFixed(1)} Mbit/s` : `${kilobits} kbit/s`;
}
