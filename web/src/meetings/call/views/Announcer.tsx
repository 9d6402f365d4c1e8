/** Says to screen readers what eyes see happen: my own microphone, hands, arrivals. Voices are not announced. */
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { handQueue } from '../state';
import { useCallState } from './context';

/** Arrivals within this time are one sentence. */
const GROUP_MS = 1500;

export function Announcer() {
  const { t } = useTranslation('meetings');
  const [words, setWords] = useState('');
  const microphone = useCallState((state) => state.microphone);
  const hands = useCallState((state) => handQueue(state).filter((one) => one !== state.me));
  const people = useCallState((state) => state.people);
  const happening = useCallState((state) => {
    const last = state.chat[state.chat.length - 1];
    return last && 'happening' in last ? last : null;
  });
  const first = useRef(true);

  useEffect(() => {
    if (first.current) return;
    if (microphone === 'on' || microphone === 'off') setWords(t(`call.say.microphone_${microphone}`));
  }, [microphone, t]);

  const lastHand = hands[hands.length - 1];
  const raised = lastHand ? people[lastHand]?.name : undefined;
  useEffect(() => {
    if (!first.current && raised) setWords(t('call.say.hand', { name: raised }));
  }, [raised, t]);

  useEffect(() => {
    if (first.current || !happening) return;
    const timer = setTimeout(() => {
      const names = happening.names.slice(0, 3).join(t('call.chat.comma'));
      const many = happening.names.length > 3 ? 'Many' : '';
      setWords(t(`call.chat.${happening.happening}${many}`, { names, count: happening.names.length }));
    }, GROUP_MS);
    return () => clearTimeout(timer);
  }, [happening, t]);

  useEffect(() => {
    first.current = false;
  }, []);

  return (
    <div className="visually-hidden" aria-live="polite">
      {words}
    </div>
  );
}
