/** Ctrl/⌘ K: go to a page, a person or a meeting by typing. */
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Modal } from 'antd';
import { CornerDownLeft, FileSearch, type LucideIcon, Search } from 'lucide-react';
import { type KeyboardEvent as KeyPress, useEffect, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMaybeMe } from '@/api';
import { useSettled } from '@/lib';
import { Avatar } from '@/ui';
import { capabilities } from '../capabilities';
import type { Hit } from '../capability';
import styles from './Palette.module.css';
import { paletteEvent } from './palette';

type Line = Omit<Hit, 'to'> & {
  group: string;
  to?: string;
  run?: () => void;
  icon?: LucideIcon;
  keys?: string;
};

function usePages(words: string): Line[] {
  const { t } = useTranslation();
  const me = useMaybeMe();
  return useMemo(() => {
    const lines = capabilities.flatMap((capability) =>
      [
        ...(capability.nav
          ? [
              {
                id: `${capability.id}.nav`,
                label: capability.nav.label,
                icon: capability.nav.icon,
                to: capability.nav.to,
              },
            ]
          : []),
        ...(capability.commands ?? []).filter(
          (command) => !command.permission || me?.permissions.includes(command.permission),
        ),
      ].map((command) => ({
        id: command.id,
        title: t(`${capability.id}:${command.label}`),
        to: command.to,
        run: 'run' in command ? command.run : undefined,
        icon: command.icon,
        keys: 'keys' in command ? command.keys : undefined,
        group: t('app:palette.pages'),
      })),
    );
    const wanted = words.trim().toLowerCase();
    return lines.filter((line) => line.title.toLowerCase().includes(wanted));
  }, [words, t, me]);
}

function useHits(words: string): { lines: Line[]; busy: boolean } {
  const { t } = useTranslation();
  const wanted = useSettled(words.trim(), 120);
  const found = useQuery({
    queryKey: ['palette', wanted],
    enabled: wanted.length > 0,
    queryFn: async ({ signal }) => {
      const lists = await Promise.all(
        capabilities.map(async (capability) => {
          const finder = await capability.search?.();
          const hits = await finder?.search(wanted, signal).catch(() => []);
          return (hits ?? []).map((hit) => ({ ...hit, group: capability.id }));
        }),
      );
      return lists.flat();
    },
    placeholderData: (before) => before,
  });
  const lines = (wanted ? (found.data ?? []) : []).map((hit) => ({ ...hit, group: t(`${hit.group}:nav`) }));
  return { lines, busy: found.isFetching };
}

function LineIcon({ line }: { line: Line }) {
  if (line.person)
    return <Avatar id={line.person.id} name={line.person.name} src={line.person.avatar_url} size={28} />;
  const Icon = line.icon ?? FileSearch;
  return <Icon size={16} strokeWidth={1.75} aria-hidden="true" />;
}

function PaletteContent({ close }: { close: () => void }) {
  const { t } = useTranslation('app');
  const router = useRouter();
  const listId = useId();
  const [words, setWords] = useState('');
  const [at, setAt] = useState(0);
  const pages = usePages(words);
  const { lines: hits, busy } = useHits(words);
  const lines = [...hits, ...pages];
  const chosen = Math.min(at, Math.max(0, lines.length - 1));
  const go = (line: Line | undefined) => {
    if (!line) return;
    close();
    line.run?.();
    if (line.to) router.history.push(line.to);
  };
  const press = (event: KeyPress) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && lines.length > 0) {
      event.preventDefault();
      setAt((chosen + step + lines.length) % lines.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(lines[chosen]);
    }
  };
  return (
    <div>
      <div className={styles.field}>
        <Search size={18} strokeWidth={1.75} aria-hidden="true" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the dialog exists to type into this field
          autoFocus
          className={styles.input}
          value={words}
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={lines[chosen] ? `${listId}-${chosen}` : undefined}
          aria-label={t('palette.open')}
          placeholder={t('palette.placeholder')}
          onChange={(event) => {
            setWords(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
      </div>
      <div id={listId} role="listbox" aria-label={t('palette.results')} className={styles.list}>
        {lines.map((line, index) => (
          <div key={`${line.group}.${line.id}`} role="presentation">
            {lines[index - 1]?.group === line.group ? null : <div className={styles.group}>{line.group}</div>}
            <div
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className={styles.line}
              onPointerMove={() => setAt(index)}
              onClick={() => go(line)}
              onKeyDown={press}
              ref={index === chosen ? (row) => row?.scrollIntoView({ block: 'nearest' }) : undefined}
            >
              <LineIcon line={line} />
              <span className={styles.title}>{line.title}</span>
              {line.detail ? <span className={styles.detail}>{line.detail}</span> : null}
              {index === chosen ? <CornerDownLeft size={14} strokeWidth={1.75} aria-hidden="true" /> : null}
            </div>
          </div>
        ))}
        {lines.length === 0 && !busy ? <p className={styles.none}>{t('palette.none', { words })}</p> : null}
      </div>
    </div>
  );
}

export function Palette() {
  const { t } = useTranslation('app');
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (
        (event.ctrlKey || event.metaKey) &&
        !event.shiftKey &&
        !event.altKey &&
        event.key.toLowerCase() === 'k'
      ) {
        event.preventDefault();
        setOpen((shown) => !shown);
      }
    };
    const show = () => setOpen(true);
    window.addEventListener('keydown', press);
    window.addEventListener(paletteEvent, show);
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener(paletteEvent, show);
    };
  }, []);
  return (
    <Modal
      open={open}
      title={<span className="visually-hidden">{t('palette.open')}</span>}
      onCancel={() => setOpen(false)}
      footer={null}
      closable={false}
      width={560}
      style={{ top: '12vh' }}
      destroyOnHidden
      styles={{
        container: { padding: 0, overflow: 'hidden', borderRadius: 14 },
        header: { margin: 0, lineHeight: 0 },
      }}
    >
      <PaletteContent close={() => setOpen(false)} />
    </Modal>
  );
}
