/** The menu behind one's own face: status, language, theme, keys, settings, sign out. */
import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Popover, Segmented } from 'antd';
import {
  Keyboard,
  LogOut,
  type LucideIcon,
  Monitor,
  Moon,
  Search,
  SmilePlus,
  Sun,
  UserRound,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, useMe } from '@/api';
import { modKey } from '@/lib';
import { Avatar, useErrorWords, useToast } from '@/ui';
import { changeLanguage, type Language, languageNames, languages, useLanguage } from '../i18n';
import { type ThemeChoice, useTheme } from '../theme';
import styles from './ProfileMenu.module.css';
import { openPalette } from './palette';
import { StatusDialog, usePatchMe } from './StatusDialog';

type RowProps = { icon: LucideIcon; children: ReactNode; keys?: string; onClick: () => void };

function Row({ icon: Icon, children, keys, onClick }: RowProps) {
  return (
    <button type="button" className={styles.row} onClick={onClick}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles.words}>{children}</span>
      {keys ? <kbd className={styles.keys}>{keys}</kbd> : null}
    </button>
  );
}

/** Ends the session and forgets everything that was fetched. */
export function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const words = useErrorWords();
  return async () => {
    try {
      await api.post('/api/org/sign-out');
      await navigate({ to: '/sign-in' });
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'office' });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
}

export function ThemePicker({ block = false }: { block?: boolean }) {
  const { t } = useTranslation('app');
  const { choice, choose } = useTheme();
  const icon = (Icon: LucideIcon) => <Icon size={14} strokeWidth={1.75} />;
  return (
    <Segmented<ThemeChoice>
      block={block}
      value={choice}
      onChange={choose}
      aria-label={t('theme.name')}
      options={[
        { value: 'light', label: t('theme.light'), icon: icon(Sun) },
        { value: 'dark', label: t('theme.dark'), icon: icon(Moon) },
        { value: 'system', label: t('theme.system'), icon: icon(Monitor) },
      ]}
    />
  );
}

export function LanguagePicker({ block = false }: { block?: boolean }) {
  const { t } = useTranslation('app');
  const language = useLanguage();
  const patch = usePatchMe();
  const choose = (next: Language) => {
    void changeLanguage(next);
    void patch({ language: next });
  };
  return (
    <Segmented<Language>
      block={block}
      value={language}
      onChange={choose}
      aria-label={t('language')}
      options={languages.map((value) => ({ value, label: languageNames[value] }))}
    />
  );
}

function MenuContent({ close, setStatus }: { close: () => void; setStatus: () => void }) {
  const { t } = useTranslation('app');
  const navigate = useNavigate();
  const { member, organisation } = useMe();
  const signOut = useSignOut();
  const then = (act: () => void) => () => {
    close();
    act();
  };
  return (
    <div className={styles.menu}>
      <Link to="/me" className={styles.head} onClick={close}>
        <Avatar
          id={member.id}
          name={member.name}
          src={member.avatar_url}
          size={44}
          presence={member.presence}
        />
        <span className={styles.who}>
          <strong className={styles.name}>{member.name}</strong>
          <span className={styles.detail}>
            {[member.title, organisation.name].filter(Boolean).join(' · ')}
          </span>
        </span>
      </Link>
      <Row icon={SmilePlus} onClick={then(setStatus)}>
        {member.status_text || t('status.set')}
      </Row>
      <hr className={styles.line} />
      <Row icon={UserRound} onClick={then(() => void navigate({ to: '/me' }))}>
        {t('settings')}
      </Row>
      <Row icon={Search} keys={`${modKey} K`} onClick={then(openPalette)}>
        {t('palette.open')}
      </Row>
      <Row icon={Keyboard} keys="?" onClick={then(() => window.dispatchEvent(new Event('hutong:keys')))}>
        {t('keys.title')}
      </Row>
      <hr className={styles.line} />
      <div className={styles.choice}>
        <LanguagePicker block />
        <ThemePicker block />
      </div>
      <hr className={styles.line} />
      <Row icon={LogOut} onClick={then(() => void signOut())}>
        {t('signOut')}
      </Row>
    </div>
  );
}

export function ProfileMenu() {
  const { t } = useTranslation('app');
  const { member } = useMe();
  const [open, setOpen] = useState(false);
  const [status, setStatus] = useState(false);
  return (
    <>
      <Popover
        open={open}
        onOpenChange={setOpen}
        trigger="click"
        placement="rightBottom"
        arrow={false}
        styles={{ container: { padding: 6, borderRadius: 12 } }}
        content={<MenuContent close={() => setOpen(false)} setStatus={() => setStatus(true)} />}
      >
        <button type="button" className={styles.face} aria-label={t('profileMenu', { name: member.name })}>
          <Avatar
            id={member.id}
            name={member.name}
            src={member.avatar_url}
            size={36}
            presence={member.presence}
          />
        </button>
      </Popover>
      <StatusDialog open={status} onClose={() => setStatus(false)} />
    </>
  );
}
