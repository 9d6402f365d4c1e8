/** What somebody has shared by a link, for people who need not be members: behind a password, or gone. */
import { useMutation } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { ChevronLeft, Download, Eye } from 'lucide-react';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type Shared, type SharedEntry, useOffice } from '@/api';
import { bytesWords, stamp } from '@/lib';
import { EmptyState, Failure, Field, Mark, SkeletonRows, useErrorWords } from '@/ui';
import { enterShared, sharedThumbnail, sharedUrl } from '../api';
import { FileFace } from '../FileFace';
import { FileName } from '../FileName';
import { openViewer } from '../viewer/opened';
import { Viewer } from '../viewer/Viewer';
import type { Viewable } from '../viewer/viewable';
import styles from './SharedPage.module.css';

/** Refusals that a password answers. */
const passwordCodes = new Set(['drive.password_needed', 'drive.wrong_password']);

const asksPassword = (error: unknown): boolean => error instanceof ApiError && passwordCodes.has(error.code);

const isGone = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 404 || error.status === 410) && !asksPassword(error);

export default function SharedPage() {
  const { t } = useTranslation(['drive', 'app']);
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const office = useOffice();
  const enter = useMutation({ mutationFn: (password: string | null) => enterShared(token, password) });
  const { mutate } = enter;
  const [isAsked, setAsked] = useState(false);
  useEffect(() => mutate(null), [mutate]);
  useEffect(() => {
    if (asksPassword(enter.error)) setAsked(true);
  }, [enter.error]);
  useEffect(() => {
    document.title = `${enter.data?.entry.name ?? t('drive:shared.title')} · ${t('app:product')}`;
  }, [enter.data, t]);
  const content = () => {
    if (enter.data) return <Open token={token} shared={enter.data} />;
    if (isGone(enter.error))
      return (
        <EmptyState alone drawing="moon" title={t('drive:shared.gone')} hint={t('drive:shared.goneHint')} />
      );
    if (isAsked)
      return <Password error={enter.error} busy={enter.isPending} onEnter={(password) => mutate(password)} />;
    if (enter.isError) return <Failure error={enter.error} onRetry={() => mutate(null)} />;
    return <SkeletonRows rows={3} />;
  };
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <Mark size={28} />
        <span>{office?.name ?? t('app:product')}</span>
      </header>
      <main className={styles.card}>{content()}</main>
      <Viewer />
    </div>
  );
}

type PasswordProps = { error: unknown; busy: boolean; onEnter: (password: string) => void };

function Password({ error, busy, onEnter }: PasswordProps) {
  const { t } = useTranslation('drive');
  const words = useErrorWords();
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!password) return;
    setTried(true);
    onEnter(password);
  };
  return (
    <form className={styles.password} onSubmit={submit}>
      <h1>{t('shared.locked')}</h1>
      <Field label={t('shared.password')} error={tried && !busy && error ? words(error) : undefined}>
        {(props) => (
          <Input.Password
            {...props}
            autoFocus
            size="large"
            value={password}
            autoComplete="off"
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="primary" size="large" block htmlType="submit" loading={busy} disabled={!password}>
        {t('shared.enter')}
      </Button>
    </form>
  );
}

function Open({ token, shared }: { token: string; shared: Shared }) {
  const { t, i18n } = useTranslation('drive');
  const { entry, children, by, expires_at, ticket, download } = shared;
  const [folder, setFolder] = useState<string>(entry.id);
  const inside = (children ?? []).filter(({ folder_id }) => folder_id === folder);
  const here = children?.find(({ id }) => id === folder);
  const files = (children ? inside : [entry]).filter(({ kind }) => kind === 'file');
  const viewable = (one: SharedEntry): Viewable => ({
    ...one,
    url: sharedUrl(token, ticket, one.id),
    download: download ? sharedUrl(token, ticket, one.id, true) : '',
    poster: one.has_thumbnail ? sharedThumbnail(token, ticket, one.id, 'large') : null,
  });
  const look = (one: SharedEntry) =>
    one.kind === 'folder' ? setFolder(one.id) : openViewer(files.map(viewable), files.indexOf(one));
  const face = (one: SharedEntry, size: number) => (
    <FileFace
      kind={one.kind === 'folder' ? 'folder' : one.group}
      size={size}
      src={one.has_thumbnail ? sharedThumbnail(token, ticket, one.id, 'small') : null}
    />
  );
  const facts = [
    entry.kind === 'file' ? bytesWords(entry.size) : t('shared.count', { count: children?.length ?? 0 }),
    t('shared.by', { name: by.name }),
    expires_at ? t('share.until', { at: stamp(expires_at, i18n.language) }) : null,
  ];
  return (
    <>
      <div className={styles.what}>
        {face(entry, 72)}
        <h1>
          <FileName name={entry.name} />
        </h1>
        <p>{facts.filter(Boolean).join(' · ')}</p>
      </div>
      {children ? (
        <>
          {here ? (
            <button type="button" className={styles.up} onClick={() => setFolder(here.folder_id ?? entry.id)}>
              <ChevronLeft size={16} strokeWidth={1.75} aria-hidden="true" />
              {here.name}
            </button>
          ) : null}
          <ul className={styles.list} aria-label={here?.name ?? entry.name}>
            {inside.map((one) => (
              <li key={one.id} className={styles.row}>
                <button type="button" className={styles.open} onClick={() => look(one)}>
                  {face(one, 36)}
                  <span className={styles.words}>
                    <FileName name={one.name} />
                    {one.kind === 'file' ? <small>{bytesWords(one.size)}</small> : null}
                  </span>
                </button>
                {download && one.kind === 'file' ? (
                  <a
                    className={styles.take}
                    href={sharedUrl(token, ticket, one.id, true)}
                    download={one.name}
                    aria-label={t('shared.downloadOne', { name: one.name })}
                  >
                    <Download size={18} strokeWidth={1.75} aria-hidden="true" />
                  </a>
                ) : null}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <div className={styles.acts}>
          <Button size="large" icon={<Eye size={16} strokeWidth={1.75} />} onClick={() => look(entry)}>
            {t('shared.look')}
          </Button>
          {download ? (
            <Button
              type="primary"
              size="large"
              icon={<Download size={16} strokeWidth={1.75} />}
              href={sharedUrl(token, ticket, entry.id, true)}
              download={entry.name}
            >
              {t('act.download')}
            </Button>
          ) : null}
        </div>
      )}
      {download ? null : <p className={styles.note}>{t('shared.lookOnly')}</p>}
    </>
  );
}
