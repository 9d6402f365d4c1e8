/** One's stickers: sent with a press, added from a file, put in order and dropped. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, ArrowRight, Check, Plus, Settings2, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sticker } from '@/api';
import { uploads } from '@/drive';
import { bytesWords } from '@/lib';
import { Failure, IconButton, useErrorWords, useToast } from '@/ui';
import {
  collect,
  dropSticker,
  moved,
  putInOrder,
  stickerBytesMax,
  stickersKey,
  stickersQuery,
  stickerTypes,
} from './api';
import { StickerPicture } from './StickerPicture';
import styles from './Stickers.module.css';

const perRow = 5;

type Props = {
  /** A picture is uploaded as one for this conversation would be, and kept no longer than it takes to copy it. */
  conversation: string;
  onPick: (sticker: Sticker) => void;
};

/** What is done to the list, at once here and then in the office. */
function useArranging() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const settle = async (next: Sticker[], tell: Promise<unknown>) => {
    client.setQueryData(stickersKey, next);
    try {
      await tell;
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      await client.invalidateQueries({ queryKey: stickersKey });
    }
  };
  return {
    put: (next: Sticker[]) => void settle(next, putInOrder(next.map(({ id }) => id))),
    drop: (all: readonly Sticker[], one: Sticker) =>
      void settle(
        all.filter(({ id }) => id !== one.id),
        dropSticker(one.id),
      ),
  };
}

function useAdding(conversation: string) {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const add = async (files: readonly File[]) => {
    const small = files.filter(({ size }) => size <= stickerBytesMax);
    if (small.length < files.length)
      toast({ tone: 'failed', words: t('stickers.tooLarge', { size: bytesWords(stickerBytesMax) }) });
    setBusy(true);
    try {
      for (const file of small) await collect(await uploads.arrival(uploads.add(file, { conversation })));
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: stickersKey });
  };
  return { busy, add };
}

export function StickerGrid({ conversation, onPick }: Props) {
  const { t } = useTranslation('chat');
  const found = useQuery(stickersQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [arranging, setArranging] = useState(false);
  const [at, setAt] = useState(0);
  const grid = useRef<HTMLDivElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const { put, drop } = useArranging();
  const { busy, add } = useAdding(conversation);
  if (found.isError) return <Failure error={found.error} onRetry={() => void found.refetch()} compact />;
  const all = found.data ?? [];
  const place = all.findIndex(({ id }) => id === chosen);
  const one = all[place];
  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...(grid.current?.querySelectorAll('button') ?? [])];
    const next = Math.max(0, Math.min(at + step, buttons.length - 1));
    setAt(next);
    buttons[next]?.focus();
  };
  const leave = () => {
    setArranging(false);
    setChosen(null);
  };
  return (
    <div className={styles.stickers}>
      <div
        ref={grid}
        className={styles.grid}
        role="toolbar"
        aria-label={t('stickers.title')}
        onKeyDown={press}
      >
        <button
          type="button"
          className={styles.add}
          tabIndex={at === 0 ? 0 : -1}
          aria-label={t('stickers.add')}
          aria-busy={busy}
          disabled={busy}
          onClick={() => chooser.current?.click()}
        >
          <Plus size={22} strokeWidth={1.75} aria-hidden="true" />
        </button>
        {all.map((sticker, index) => (
          <button
            key={sticker.id}
            type="button"
            className={styles.one}
            tabIndex={at === index + 1 ? 0 : -1}
            aria-label={t(arranging ? 'stickers.choose' : 'stickers.send', { number: index + 1 })}
            aria-pressed={arranging ? sticker.id === chosen : undefined}
            title={sticker.file.name}
            onClick={() => (arranging ? setChosen(sticker.id) : onPick(sticker))}
          >
            <StickerPicture file={sticker.file} />
          </button>
        ))}
      </div>
      <input
        ref={chooser}
        type="file"
        hidden
        multiple
        accept={stickerTypes.join(',')}
        onChange={(event) => {
          void add([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <div className={styles.foot}>
        {arranging ? (
          <>
            <IconButton
              icon={ArrowLeft}
              label={t('stickers.before')}
              disabled={place < 1}
              onClick={() => put(moved(all, place, -1))}
            />
            <IconButton
              icon={ArrowRight}
              label={t('stickers.after')}
              disabled={place < 0 || place === all.length - 1}
              onClick={() => put(moved(all, place, 1))}
            />
            <IconButton
              icon={Trash2}
              tone="danger"
              label={t('stickers.drop')}
              disabled={!one}
              onClick={() => one && drop(all, one)}
            />
            <span className={styles.hint}>{one ? null : t('stickers.chooseFirst')}</span>
            <IconButton icon={Check} label={t('stickers.done')} onClick={leave} />
          </>
        ) : (
          <>
            <span className={styles.hint}>
              {all.length === 0 && !found.isPending ? t('stickers.none') : null}
            </span>
            <IconButton
              icon={Settings2}
              label={t('stickers.arrange')}
              disabled={all.length === 0}
              onClick={() => setArranging(true)}
            />
          </>
        )}
      </div>
    </div>
  );
}
