/** The corner of pages before the sign-in: language and theme. */
import { Dropdown } from 'antd';
import { Globe, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { changeLanguage, languageNames, languages, useLanguage, useTheme } from '@/app';
import { IconButton } from '@/ui';
import styles from './Welcome.module.css';

export function WelcomeCorner() {
  const { t } = useTranslation('app');
  const language = useLanguage();
  const { mode, choose } = useTheme();
  return (
    <div className={styles.corner}>
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{
          selectedKeys: [language],
          items: languages.map((key) => ({ key, label: languageNames[key] })),
          onClick: ({ key }) => void changeLanguage(key as (typeof languages)[number]),
        }}
      >
        <button type="button" className={styles.language}>
          <Globe size={16} strokeWidth={1.75} aria-hidden="true" />
          {languageNames[language]}
        </button>
      </Dropdown>
      <IconButton
        icon={mode === 'dark' ? Sun : Moon}
        label={t(mode === 'dark' ? 'theme.light' : 'theme.dark')}
        onClick={() => choose(mode === 'dark' ? 'light' : 'dark')}
      />
    </div>
  );
}
