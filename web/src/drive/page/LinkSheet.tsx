/** Links to an entry for people outside: made with a password and an end, copied, shown as a picture, taken back. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented, Switch } from 'antd';
import { Link2Off, LockKeyhole, QrCode as QrIcon } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, ShareLink } from '@/api';
import { stamp } from '@/lib';
import {
  CopyField,
  Failure,
  Field,
  IconButton,
  QrCode,
  Sheet,
  SkeletonRows,
  Tag,
  useErrorWords,
  useToast,
} from '@/ui';
import { driveKey, linksQuery, makeLink, removeLink } from '../api';
import styles from './LinkSheet.module.css';

const dayMs = 86_400_000;
const passwordLengthMax = 64;
const terms = [1, 7, 30, 0] as const;

/** The address under which this browser reaches the office; the server may know itself by another name. */
const addressOf = (token: string) => `${window.location.origin}/s/${token}`;

export function LinkSheet({ entry, onClose }: { entry: Entry | null; onClose: () => void }) {
  const { t } = useTranslation('drive');
  return (
    <Sheet open={entry !== null} onClose={onClose} title={t('share.title', { name: entry?.name ?? '' })}>
      {entry ? <Links entry={entry} /> : null}
    </Sheet>
  );
}

function Links({ entry }: { entry: Entry }) {
  const { t } = useTranslation('drive');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const links = useQuery(linksQuery(entry.id));
  const [password, setPassword] = useState('');
  const [days, setDays] = useState<number>(7);
  const [download, setDownload] = useState(true);
  const [busy, setBusy] = useState(false);
  // The office tells an address once: it is shown until the sheet is closed.
  const [made, setMade] = useState<ReadonlyMap<string, string>>(new Map());
  const refresh = () => client.invalidateQueries({ queryKey: driveKey });
  const make = async () => {
    setBusy(true);
    try {
      const link = await makeLink(entry.id, {
        download,
        ...(password ? { password } : {}),
        ...(days > 0 ? { expires_at: Date.now() + days * dayMs } : {}),
      });
      if (link.token) setMade(new Map([...made, [link.id, link.token]]));
      setPassword('');
      await refresh();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    } finally {
      setBusy(false);
    }
  };
  const remove = async (link: ShareLink) => {
    try {
      await removeLink(link.id);
      await refresh();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  return (
    <div className={styles.sheet}>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <Field label={t('share.expires')}>
          {() => (
            <Segmented<number>
              block
              value={days}
              onChange={setDays}
              aria-label={t('share.expires')}
              options={terms.map((value) => ({
                value,
                label: value === 0 ? t('share.never') : t('share.days', { count: value }),
              }))}
            />
          )}
        </Field>
        <Field label={t('share.password')} help={t('share.optional')}>
          {(props) => (
            <Input
              {...props}
              value={password}
              maxLength={passwordLengthMax}
              autoComplete="off"
              placeholder={t('share.noPassword')}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside the label */}
        <label className={styles.choice}>
          {t('share.download')}
          <Switch checked={download} onChange={setDownload} />
        </label>
        <Button type="primary" block htmlType="submit" loading={busy}>
          {t('share.make')}
        </Button>
      </form>
      {links.isError ? <Failure error={links.error} onRetry={() => void links.refetch()} compact /> : null}
      {links.isPending ? <SkeletonRows rows={1} avatar={false} /> : null}
      {links.data && links.data.length > 0 ? (
        <ul className={styles.links} aria-label={t('share.links')}>
          {links.data.map((link) => (
            <LinkRow
              key={link.id}
              link={link}
              token={made.get(link.id) ?? null}
              onRemove={() => void remove(link)}
            />
          ))}
        </ul>
      ) : null}
    </div>
  );
}

type RowProps = { link: ShareLink; token: string | null; onRemove: () => void };

function LinkRow({ link, token, onRemove }: RowProps) {
  const { t, i18n } = useTranslation('drive');
  const [qr, setQr] = useState(false);
  const address = token ? addressOf(token) : null;
  return (
    <li className={styles.link}>
      {address ? (
        <CopyField label={t('share.address')} text={address} />
      ) : (
        <p className={styles.made}>
          {t('share.made', { name: link.created_by.name, at: stamp(link.created_at, i18n.language) })}
        </p>
      )}
      <div className={styles.facts}>
        {link.has_password ? (
          <Tag>
            <LockKeyhole size={12} strokeWidth={2} aria-hidden="true" /> {t('share.hasPassword')}
          </Tag>
        ) : null}
        <span>
          {link.expires_at
            ? t('share.until', { at: stamp(link.expires_at, i18n.language) })
            : t('share.forEver')}
          {' · '}
          {t('share.visits', { count: link.visits })}
        </span>
        <span className={styles.space} />
        {address ? (
          <IconButton icon={QrIcon} size={16} label={t('share.qr')} pressed={qr} onClick={() => setQr(!qr)} />
        ) : null}
        <IconButton icon={Link2Off} size={16} tone="danger" label={t('share.remove')} onClick={onRemove} />
      </div>
      {qr && address ? <QrCode text={address} label={t('share.qrPicture')} /> : null}
    </li>
  );
}
