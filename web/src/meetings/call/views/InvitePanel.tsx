/** Ways into the meeting: link, number, QR code; and members to ring. */
import { Button, Input } from 'antd';
import { BellRing, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSettled } from '@/lib';
import { Avatar } from '@/ui';
import { WaysIn } from '../../WaysIn';
import type { Invitee } from '../roster';
import { useCall, useCallState, useSurroundings } from './context';
import { PanelHead } from './SidePanel';
import styles from './SidePanel.module.css';

const SETTLE_MS = 250;

export function InvitePanel() {
  const { t } = useTranslation('meetings');
  const meeting = useCallState((state) => state.meeting);
  const { findPeople } = useSurroundings();
  return (
    <>
      <PanelHead title={t('call.invite.title')} />
      <div className={styles.body}>
        <div className={styles.form}>
          <WaysIn link={meeting.link} number={meeting.number} title={meeting.title} />
        </div>
        {findPeople ? <Ringing find={findPeople} /> : null}
      </div>
    </>
  );
}

function Ringing({ find }: { find: (words: string) => Promise<readonly Invitee[]> }) {
  const { t } = useTranslation('meetings');
  const [words, setWords] = useState('');
  const settled = useSettled(words.trim(), SETTLE_MS);
  const [found, setFound] = useState<readonly Invitee[]>([]);
  const people = useCallState((state) => state.people);
  useEffect(() => {
    let current = true;
    void find(settled).then(
      (list) => current && setFound(list),
      () => current && setFound([]),
    );
    return () => {
      current = false;
    };
  }, [find, settled]);
  const absent = found.filter((one) => !people[one.id]);
  return (
    <>
      <h3 className={styles.section}>{t('call.invite.ring')}</h3>
      <div className={styles.search}>
        <Input
          prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
          variant="filled"
          placeholder={t('call.invite.search')}
          aria-label={t('call.invite.search')}
          value={words}
          allowClear
          onChange={(event) => setWords(event.target.value)}
        />
      </div>
      <ul className={styles.rows}>
        {absent.map((one) => (
          <RingRow key={one.id} person={one} />
        ))}
      </ul>
      {settled && absent.length === 0 ? (
        <p className={styles.empty}>{t('call.people.none', { query: settled })}</p>
      ) : null}
    </>
  );
}

function RingRow({ person }: { person: Invitee }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const [rung, setRung] = useState(false);
  const ring = async () => {
    setRung(true);
    if (!(await call.ring([person.id]))) setRung(false);
  };
  return (
    <li className={styles.row}>
      <Avatar id={person.id} name={person.name} src={person.avatarUrl} size={32} />
      <span className={styles.who}>
        <b>{person.name}</b>
        {rung ? <small>{t('call.invite.rung')}</small> : null}
      </span>
      <Button size="small" icon={<BellRing size={14} strokeWidth={1.75} />} onClick={() => void ring()}>
        {t(rung ? 'call.invite.ringAgain' : 'call.invite.ringOne')}
      </Button>
    </li>
  );
}
