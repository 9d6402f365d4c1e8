/** Files and folders for Ctrl/⌘ K. */
import { File as FileIcon, Folder } from 'lucide-react';
import type { Hit } from '@/app';
import { bytesWords } from '@/lib';
import { searchEntries } from './api';
import { pathTo } from './page/place';

const shownMax = 5;
/** Shorter words are in every name. */
const wordsLengthMin = 2;

export async function search(words: string, signal: AbortSignal): Promise<Hit[]> {
  if ([...words].length < wordsLengthMin) return [];
  const page = await searchEntries(words, null, null, signal).catch(() => null);
  return (page?.entries ?? []).slice(0, shownMax).map((entry) => ({
    id: entry.id,
    title: entry.name,
    detail: entry.kind === 'file' ? bytesWords(entry.size) : entry.created_by.name,
    to: pathTo(entry.space_id, entry.kind === 'folder' ? entry.id : entry.folder_id),
    icon: entry.kind === 'folder' ? Folder : FileIcon,
  }));
}
