/** Everything that can be done to entries: the same menu by right click, long press and the button of a row. */
import { useRouter } from '@tanstack/react-router';
import {
  Copy,
  Download,
  Eye,
  FolderInput,
  FolderOpen,
  History,
  Link2,
  Pencil,
  Phone,
  Send,
  Trash2,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api';
import { useActs } from '@/app';
import { type MenuItem, useErrorWords, useToast } from '@/ui';
import { contentUrl } from '../api';
import type { EntryActs } from './acts';
import type { Asked } from './Sheets';

type Icon = Extract<MenuItem, { icon: unknown }>['icon'];

type World = {
  acts: EntryActs;
  ask: (asked: Asked) => void;
  open: (entry: Entry) => void;
  mayWrite: boolean;
  /** Others see what is here. */
  mayCall: boolean;
  onRename: (entry: Entry) => void;
};

/** Takes a file along, as pressing a link to it would. */
export function download(entry: Pick<Entry, 'id' | 'name'>): void {
  const link = document.createElement('a');
  link.href = contentUrl(entry.id, { download: true });
  link.download = entry.name;
  link.click();
}

const subjectOf = ({ id, name }: Entry) => ({ kind: 'drive.entry', id, title: name });

export function useEntryMenu({ acts, ask, open, mayWrite, mayCall, onRename }: World) {
  const { t } = useTranslation('drive');
  const { share, callAbout } = useActs();
  const router = useRouter();
  const toast = useToast();
  const words = useErrorWords();
  const call = async (entry: Entry) => {
    try {
      router.history.push(await callAbout(subjectOf(entry), { audioOnly: false }));
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  return (entries: Entry[]): MenuItem[] => {
    const [only] = entries;
    const one = entries.length === 1 ? only : undefined;
    const files = entries.filter(({ kind }) => kind === 'file');
    const item = (key: string, icon: Icon, run: () => void, danger = false): MenuItem => ({
      key,
      icon,
      label: t(`act.${key}`),
      danger,
      run,
    });
    const items: (MenuItem | false | undefined)[] = [
      one && item('open', one.kind === 'folder' ? FolderOpen : Eye, () => open(one)),
      files.length === entries.length && item('download', Download, () => files.forEach(download)),
      one && item('share', Link2, () => ask({ what: 'share', entries: [one] })),
      one?.kind === 'folder' && item('send', Send, () => void share(subjectOf(one))),
      one && mayCall && item('call', Phone, () => void call(one)),
      mayWrite && { key: 'line', divider: true },
      one && mayWrite && item('rename', Pencil, () => onRename(one)),
      mayWrite && item('move', FolderInput, () => ask({ what: 'move', entries })),
      item('copy', Copy, () => ask({ what: 'copy', entries })),
      one?.kind === 'file' && item('versions', History, () => ask({ what: 'versions', entries: [one] })),
      mayWrite && { key: 'line2', divider: true },
      mayWrite && item('discard', Trash2, () => void acts.discard(entries), true),
    ];
    return items.filter((one_) => one_ !== false && one_ !== undefined);
  };
}
