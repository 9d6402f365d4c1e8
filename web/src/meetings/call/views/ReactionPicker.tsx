/** Six reactions in a row; one tap sends and closes. */
import { useTranslation } from 'react-i18next';
import { REACTIONS } from '../reactions';
import styles from './ControlBar.module.css';
import { useCall } from './context';

export function ReactionPicker({ onDone }: { onDone: () => void }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  return (
    <div className={styles.reactions} role="toolbar" aria-label={t('call.control.react.plain')}>
      {REACTIONS.map(({ emoji, word }) => (
        <button
          key={emoji}
          type="button"
          aria-label={t(`call.reaction.${word}`)}
          onClick={() => {
            void call.react(emoji);
            onDone();
          }}
        >
          {emoji}
        </button>
      ))}
    </div>
  );
}
