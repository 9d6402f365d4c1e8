/** `?`: the keys of the house. */
import { Switch } from 'antd';
import { Fragment, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { letterKeysOn, modKey, remember, useKeys } from '@/lib';
import { openingKey } from '@/notify';
import { Sheet } from '@/ui';
import { capabilities } from '../capabilities';
import styles from './KeySheet.module.css';

const railEntries = capabilities.filter(({ nav }) => nav).length;

const groups = [
  {
    name: 'everywhere',
    keys: [
      [`${modKey} K`, 'search'],
      [`G 1 … ${railEntries}`, 'rail'],
      [openingKey.toUpperCase(), 'notices'],
      ['?', 'sheet'],
      ['Esc', 'close'],
    ],
  },
  {
    name: 'messages',
    keys: [
      ['Alt ↑ ↓', 'conversation'],
      ['Alt Shift ↑ ↓', 'unreadConversation'],
      ['N', 'newConversation'],
      ['↑', 'editLast'],
      [`${modKey} B`, 'bold'],
    ],
  },
  {
    name: 'meeting',
    keys: [
      ['M', 'microphone'],
      ['V', 'camera'],
      ['Space', 'talk'],
      ['S', 'share'],
      ['H', 'hand'],
      ['R', 'react'],
      ['C', 'chat'],
      ['P', 'people'],
      ['L', 'layout'],
      ['F', 'fullScreen'],
      ['Q', 'leave'],
    ],
  },
] as const;

export function KeySheet() {
  const { t } = useTranslation('app');
  const [open, setOpen] = useState(false);
  const [letters, setLetters] = useState(letterKeysOn);
  useKeys({ '?': () => setOpen(true) });
  useEffect(() => {
    const show = () => setOpen(true);
    window.addEventListener('hutong:keys', show);
    return () => window.removeEventListener('hutong:keys', show);
  }, []);
  const switchLetters = (on: boolean) => {
    setLetters(on);
    remember('letter-keys', on ? null : 'off');
  };
  return (
    <Sheet open={open} title={t('keys.title')} onClose={() => setOpen(false)} width={560}>
      <div className={styles.groups}>
        {groups.map((group) => (
          <section key={group.name}>
            <h3 className={styles.name}>{t(`keys.${group.name}`)}</h3>
            <dl className={styles.list}>
              {group.keys.map(([keys, what]) => (
                <Fragment key={what}>
                  <dt>{t(`keys.${what}`)}</dt>
                  <dd>
                    {keys.split(' ').map((key) => (
                      <kbd key={key} className={styles.key}>
                        {key}
                      </kbd>
                    ))}
                  </dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside the label */}
      <label className={styles.letters}>
        <span>{t('keys.letters')}</span>
        <Switch checked={letters} onChange={switchLetters} />
      </label>
    </Sheet>
  );
}
