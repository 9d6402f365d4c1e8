/** A grid of emoji: one stop of the keyboard, arrows inside. */
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './EmojiGrid.module.css';
import { emojiGroups } from './emoji';

const perRow = 8;

export function EmojiGrid({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation('chat');
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...(grid.current?.querySelectorAll('button') ?? [])];
    const next = Math.max(0, Math.min(at + step, all.length - 1));
    setAt(next);
    all[next]?.focus();
  };
  let index = -1;
  return (
    <div ref={grid} className={styles.grid} role="toolbar" aria-label={t('emoji.title')} onKeyDown={press}>
      {emojiGroups.map(({ name, emoji }) => (
        <div key={name}>
          <h4 className={styles.name}>{t(`emoji.${name}`)}</h4>
          <div className={styles.row}>
            {emoji.split(' ').map((one) => {
              index += 1;
              return (
                <button
                  key={one}
                  type="button"
                  className={styles.one}
                  tabIndex={index === at ? 0 : -1}
                  // biome-ignore lint/a11y/noAutofocus: the grid was opened to pick from it
                  autoFocus={index === 0}
                  onClick={() => onPick(one)}
                >
                  {one}
                </button>
              );
            })}
          </div>
        </div>
      ))}
    </div>
  );
}
