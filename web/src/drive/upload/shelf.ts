/** Files that are on their way, kept on the device so that closing the page does not lose them. Where that is refused, nothing is kept. */

const database = 'hutong-uploads';
const files = 'files';
const filesMax = 60;
/** Larger ones would fill the device; whoever closes the page chooses them again. */
export const shelfBytesMax = 64 * 1024 * 1024;

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (!globalThis.indexedDB) {
      reject(new Error('no storage'));
      return;
    }
    const asked = indexedDB.open(database, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(files);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function ask<T>(mode: IDBTransactionMode, make: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opened = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const asked = make(opened.transaction(files, mode).objectStore(files));
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  } finally {
    opened.close();
  }
}

export interface Shelf {
  keep(id: string, file: File): Promise<void>;
  take(id: string): Promise<File | null>;
  forget(id: string): Promise<void>;
}

export const deviceShelf: Shelf = {
  keep: async (id, file) => {
    if (file.size > shelfBytesMax) return;
    try {
      if ((await ask('readonly', (store) => store.count())) >= filesMax) return;
      await ask('readwrite', (store) => store.put(file, id));
    } catch {
      // The file stays as long as the page is open.
    }
  },
  take: async (id) => {
    try {
      const kept: unknown = await ask('readonly', (store) => store.get(id));
      return kept instanceof File ? kept : null;
    } catch {
      return null;
    }
  },
  forget: async (id) => {
    try {
      await ask('readwrite', (store) => store.delete(id));
    } catch {
      // What could not be kept need not be forgotten.
    }
  },
};

/** For tests, and where nothing is to be kept. */
export const noShelf: Shelf = {
  keep: async () => undefined,
  take: async () => null,
  forget: async () => undefined,
};
