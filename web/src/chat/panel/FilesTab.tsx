/** Every file of a conversation: by kind, by name, the newest first. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { FolderOpen, MessageSquareText, Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileGroup, SentFile } from '@/api';
import { FileFace, FileName, openSpace, openViewer, thumbnailUrl, viewableOf } from '@/drive';
import { bytesWords, useNow, useSettled } from '@/lib';
import { EmptyState, Failure, IconButton, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { filesQuery } from '../api';
import { useName } from '../names';
import { useChat } from '../session';
import { useOpen } from '../thread/context';
import { whenOf } from '../words';
import styles from './FilesTab.module.css';

const groups: (FileGroup | null)[] = [null, 'image', 'video', 'audio', 'pdf', 'office', 'other'];

export function FilesTab() {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const { conversation } = useOpen();
  const [group, setGroup] = useState<FileGroup | null>(null);
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim(), 200);
  const query = filesQuery({ conversation: conversation.id, group, words });
  const found = useInfiniteQuery(query);
  const newest = useChat((state) =>
    state.windows[conversation.id]?.messages.findLast((one) => one.kind === 'files'),
  );
  // What was sent a moment ago is among them.
  useEffect(() => {
    if (newest) void client.invalidateQueries({ queryKey: ['chat', 'files', conversation.id] });
  }, [newest, client, conversation.id]);
  const files = found.data?.pages.flatMap((page) => page.files) ?? [];
  const open = (at: number) =>
    openViewer(
      files.map(({ file }) => viewableOf(file)),
      at,
    );
  const content = () => {
    if (found.isError && files.length === 0)
      return <Failure error={found.error} onRetry={() => void found.refetch()} compact />;
    if (found.isPending) return <SkeletonRows rows={5} height={56} />;
    if (files.length === 0)
      return words ? (
        <EmptyState compact drawing="moon" title={t('files.noneFound', { words })} />
      ) : (
        <EmptyState compact title={t('files.none')} hint={t('files.noneHint')} />
      );
    return (
      <ul className={group === 'image' ? styles.pictures : styles.list} aria-label={t('files.title')}>
        {files.map((sent, at) =>
          group === 'image' ? (
            <li key={sent.file.id}>
              <button
                type="button"
                className={styles.picture}
                aria-label={t('files.open', { name: sent.file.name })}
                onClick={() => open(at)}
              >
                <FileFace
                  kind="image"
                  size={88}
                  src={sent.file.has_thumbnail ? thumbnailUrl(sent.file.id) : null}
                />
              </button>
            </li>
          ) : (
            <Row key={sent.file.id} sent={sent} onOpen={() => open(at)} />
          ),
        )}
      </ul>
    );
  };
  return (
    <div className={styles.tab}>
      <Input
        allowClear
        variant="filled"
        value={typed}
        prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
        placeholder={t('files.search')}
        aria-label={t('files.search')}
        onChange={(event) => setTyped(event.target.value)}
      />
      {conversation.kind === 'direct' ? null : <SpaceButton conversation={conversation.id} />}
      <fieldset className={styles.groups} aria-label={t('files.groups')}>
        {groups.map((one) => (
          <button
            key={one ?? 'all'}
            type="button"
            className={styles.group}
            aria-pressed={one === group}
            onClick={() => setGroup(one)}
          >
            {one ? t(`files.group.${one}`) : t('files.all')}
          </button>
        ))}
      </fieldset>
      {content()}
      {found.hasNextPage ? (
        <Button
          type="text"
          block
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('files.more')}
        </Button>
      ) : null}
    </div>
  );
}

/** The folder of the conversation in the drive; it is made when somebody first goes there. */
function SpaceButton({ conversation }: { conversation: string }) {
  const { t } = useTranslation('chat');
  const router = useRouter();
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const open = async () => {
    setBusy(true);
    try {
      const space = await openSpace(conversation);
      await client.invalidateQueries({ queryKey: ['drive'] });
      router.history.push(`/drive/${space.id}`);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  return (
    <Button
      block
      loading={busy}
      icon={<FolderOpen size={16} strokeWidth={1.75} />}
      onClick={() => void open()}
    >
      {t('files.space')}
    </Button>
  );
}

function Row({ sent, onOpen }: { sent: SentFile; onOpen: () => void }) {
  const { t, i18n } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const now = useNow(60_000);
  const person = useName(sent.sender_id, conversation.id);
  const name = sent.program_name ?? person;
  const { file } = sent;
  return (
    <li className={styles.row}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <FileFace kind={file.group} size={36} src={file.has_thumbnail ? thumbnailUrl(file.id) : null} />
        <span className={styles.words}>
          <FileName name={file.name} />
          <small>
            {bytesWords(file.size)} · {name} · {whenOf(t, sent.sent_at, now, i18n.language)}
          </small>
        </span>
      </button>
      <IconButton
        icon={MessageSquareText}
        size={16}
        label={t('files.toMessage', { name: file.name })}
        onClick={() => acts.jump(sent.seq)}
      />
    </li>
  );
}
