/** Files and folders that were dragged in or chosen, with the folders they lie in. */

export type Dropped = { file: File; path: string[] };

const filesMax = 500;
const depthMax = 12;

const read = <T>(ask: (ok: (value: T) => void, failed: (error: unknown) => void) => void) =>
  new Promise<T>(ask);

async function inside(entry: FileSystemEntry, path: string[], found: Dropped[]): Promise<void> {
  if (found.length >= filesMax || path.length > depthMax) return;
  if (entry.isFile) {
    const file = await read<File>((ok, failed) => (entry as FileSystemFileEntry).file(ok, failed));
    found.push({ file, path });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await read<FileSystemEntry[]>((ok, failed) => reader.readEntries(ok, failed));
    if (some.length === 0 || found.length >= filesMax) return;
    for (const one of some) await inside(one, [...path, entry.name], found);
  }
}

/** Must be called while the drop is handled: afterwards the browser has forgotten what was dropped. */
export async function droppedFiles(transfer: DataTransfer): Promise<Dropped[]> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  const files = [...transfer.files];
  const found: Dropped[] = [];
  if (!entries.some((entry) => entry.isDirectory))
    return files.slice(0, filesMax).map((file) => ({ file, path: [] }));
  for (const entry of entries) await inside(entry, [], found);
  return found;
}

export const carriesFiles = (transfer: DataTransfer | null): boolean =>
  transfer?.types.includes('Files') ?? false;

/** What is dragged from the drive's own list. */
export const entriesType = 'application/x-hutong-entries';

export const carriesEntries = (transfer: DataTransfer | null): boolean =>
  transfer?.types.includes(entriesType) ?? false;
