/** What meetings need of the network and the browser, looked at from here. */
import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './NetworkChecks.module.css';

type Answer = 'busy' | 'good' | 'bad';

const patienceMs = 5000;

/** Whether the realtime socket opens through whatever stands between. */
function socketOpens(): Promise<boolean> {
  return new Promise((resolve) => {
    const address = `${window.location.origin.replace(/^http/, 'ws')}/api/events`;
    const socket = new WebSocket(address);
    const end = (good: boolean) => {
      clearTimeout(timer);
      socket.close();
      resolve(good);
    };
    const timer = setTimeout(() => end(false), patienceMs);
    socket.onopen = () => end(true);
    socket.onerror = () => end(false);
  });
}

const checks = [
  { name: 'secure', look: async () => window.isSecureContext },
  { name: 'realtime', look: socketOpens },
  { name: 'media', look: async () => 'RTCPeerConnection' in window && Boolean(navigator.mediaDevices) },
] as const;

export function NetworkChecks() {
  const { t } = useTranslation('org');
  const [answers, setAnswers] = useState<Record<string, Answer>>({});
  useEffect(() => {
    let wanted = true;
    for (const { name, look } of checks) {
      void look().then((good) => {
        if (wanted) setAnswers((before) => ({ ...before, [name]: good ? 'good' : 'bad' }));
      });
    }
    return () => {
      wanted = false;
    };
  }, []);
  return (
    <ul className={styles.checks} aria-live="polite">
      {checks.map(({ name }) => {
        const answer = answers[name] ?? 'busy';
        const Icon = { busy: LoaderCircle, good: CircleCheck, bad: CircleX }[answer];
        return (
          <li key={name} className={styles.check} data-answer={answer}>
            <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
            <div>
              <div className={styles.name}>{t(`network.${name}.name`)}</div>
              <div className={styles.detail}>{t(`network.${name}.${answer === 'bad' ? 'bad' : 'good'}`)}</div>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
