/** Oneself: face, name, how this office looks and sounds, how one signs in. */
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Input, Switch } from 'antd';
import { Camera, ChevronRight, LogOut, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Me, meKey, useMe } from '@/api';
import {
  adminPages,
  LanguagePicker,
  mayAdminister,
  SettingsSections,
  StatusDialog,
  ThemePicker,
  usePatchMe,
  useSignOut,
} from '@/app';
import { letterKeysOn, remember, squarePicture, useNarrow } from '@/lib';
import {
  Avatar,
  IconButton,
  PageHeader,
  Setting,
  SettingGroup,
  Settings,
  Sheet,
  SoftButton,
  useErrorWords,
  useToast,
} from '@/ui';
import styles from './MePage.module.css';
import { PasswordDialog } from './PasswordDialog';
import { nameLengthMax, nameRule } from './rules';
import { SessionList } from './SessionList';

const avatarSidePx = 512;

function useAvatar() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const run = async (act: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await act();
      await client.invalidateQueries({ queryKey: ['org'] });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    upload: (file: File) =>
      run(async () => api.put('/api/org/me/avatar', await squarePicture(file, avatarSidePx))),
    remove: () => run(() => api.delete('/api/org/me/avatar')),
  };
}

function Face() {
  const { t } = useTranslation('org');
  const { member } = useMe();
  const { busy, upload, remove } = useAvatar();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <div className={styles.face}>
      <Avatar id={member.id} name={member.name} src={member.avatar_url} size={72} />
      <div className={styles.faceActs}>
        <SoftButton
          loading={busy}
          icon={<Camera size={16} strokeWidth={1.75} />}
          onClick={() => chooser.current?.click()}
        >
          {t('mine.changePicture')}
        </SoftButton>
        {member.avatar_url ? (
          <IconButton
            icon={Trash2}
            label={t('mine.removePicture')}
            disabled={busy}
            onClick={() => void remove()}
          />
        ) : null}
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          hidden
          onChange={(event) => {
            const file = event.target.files?.[0];
            event.target.value = '';
            if (file) void upload(file);
          }}
        />
      </div>
    </div>
  );
}

/** A line of the profile that is changed in a small dialog. */
function NameDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation(['org', 'ui']);
  const { member } = useMe();
  const patch = usePatchMe();
  const [name, setName] = useState(member.name);
  useEffect(() => {
    if (open) setName(member.name);
  }, [open, member.name]);
  const save = () => {
    if (nameRule(name)) return;
    onClose();
    void patch({ name: name.trim() });
  };
  return (
    <Sheet
      open={open}
      title={t('org:mine.name')}
      onClose={onClose}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {t('ui:cancel')}
        </Button>,
        <Button key="save" type="primary" disabled={Boolean(nameRule(name))} onClick={save}>
          {t('ui:save')}
        </Button>,
      ]}
    >
      <Input
        autoFocus
        size="large"
        aria-label={t('org:mine.name')}
        value={name}
        maxLength={nameLengthMax}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={save}
      />
    </Sheet>
  );
}

function Profile() {
  const { t } = useTranslation('org');
  const { member } = useMe();
  const [dialog, setDialog] = useState<'name' | 'status' | null>(null);
  const close = () => setDialog(null);
  const change = (what: 'name' | 'status') => (
    <Button onClick={() => setDialog(what)}>{t('mine.change')}</Button>
  );
  return (
    <SettingGroup title={t('mine.profile')}>
      <Face />
      <Setting name={t('mine.name')} detail={member.name}>
        {change('name')}
      </Setting>
      <Setting name={t('mine.status')} detail={member.status_text || t('mine.noStatus')}>
        {change('status')}
      </Setting>
      <Setting name={t('mine.username')} detail={member.username} />
      {member.email ? <Setting name={t('card.email')} detail={member.email} /> : null}
      {member.phone ? <Setting name={t('card.phone')} detail={member.phone} /> : null}
      <NameDialog open={dialog === 'name'} onClose={close} />
      <StatusDialog open={dialog === 'status'} onClose={close} />
    </SettingGroup>
  );
}

function House() {
  const { t } = useTranslation(['org', 'app']);
  const [letters, setLetters] = useState(letterKeysOn);
  const narrow = useNarrow();
  return (
    <SettingGroup title={t('org:mine.house')}>
      <Setting name={t('app:language')}>
        <LanguagePicker />
      </Setting>
      <Setting name={t('app:theme.name')}>
        <ThemePicker />
      </Setting>
      {narrow ? null : (
        <Setting name={t('app:keys.title')} detail={t('app:keys.letters')}>
          <Switch
            checked={letters}
            aria-label={t('app:keys.letters')}
            onChange={(on) => {
              setLetters(on);
              remember('letter-keys', on ? null : 'off');
            }}
          />
        </Setting>
      )}
    </SettingGroup>
  );
}

function Admin({ me }: { me: Me }) {
  const { t } = useTranslation();
  return (
    <SettingGroup title={t('app:admin')}>
      {adminPages(me).map(({ to, label }) => (
        <Link key={to} to={to} className={styles.link}>
          {t(label)}
          <ChevronRight size={16} strokeWidth={1.75} aria-hidden="true" />
        </Link>
      ))}
    </SettingGroup>
  );
}

export default function MePage() {
  const { t } = useTranslation(['org', 'app']);
  const me = useMe();
  const narrow = useNarrow();
  const signOut = useSignOut();
  const client = useQueryClient();
  const [password, setPassword] = useState(false);
  useEffect(() => {
    document.title = `${t('app:settings')} · ${t('app:product')}`;
    void client.invalidateQueries({ queryKey: meKey });
  }, [t, client]);
  return (
    <>
      <PageHeader title={narrow ? t('app:me') : t('app:settings')} />
      <Settings>
        <Profile />
        <House />
        <SettingsSections />
        {narrow && mayAdminister(me) ? <Admin me={me} /> : null}
        <SettingGroup title={t('org:mine.security')}>
          <Setting name={t('org:mine.password')} detail={t('org:mine.passwordDetail')}>
            <Button onClick={() => setPassword(true)}>{t('org:mine.change')}</Button>
          </Setting>
          <SessionList />
        </SettingGroup>
        {narrow ? (
          <Button
            className={styles.out}
            block
            size="large"
            icon={<LogOut size={16} strokeWidth={1.75} />}
            onClick={() => void signOut()}
          >
            {t('app:signOut')}
          </Button>
        ) : null}
      </Settings>
      <PasswordDialog open={password} onClose={() => setPassword(false)} />
    </>
  );
}
