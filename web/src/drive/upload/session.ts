/** The uploads of this page. They outlive every screen; another person on the same page begins without them. */
import { sha256, useStore } from '@/lib';
import { Uploads } from './engine';
import type { Channel, Line } from './line';
import { deviceShelf } from './shelf';
import type { Upload } from './upload';

/** The line whose library is fetched with the first file. */
const line: Line = {
  open: (parcel, told) => {
    let channel: Channel | null = null;
    let isWanted = false;
    let isDropped = false;
    const fetch = async () => {
      try {
        const { tusLine } = await import('./tus');
        channel ??= tusLine().open(parcel, told);
        if (isDropped) channel.drop();
        else if (isWanted) channel.start();
      } catch (error) {
        told.failed(error);
      }
    };
    return {
      start: () => {
        isWanted = true;
        if (channel) channel.start();
        else void fetch();
      },
      stop: () => {
        isWanted = false;
        channel?.stop();
      },
      drop: () => {
        isDropped = true;
        channel?.drop();
      },
    };
  },
};

export const uploads = new Uploads(line, sha256, deviceShelf);

export const useUploads = <T>(select: (all: readonly Upload[]) => T): T => useStore(uploads, select);

export const useUpload = (id: string): Upload | undefined =>
  useUploads((all) => all.find((one) => one.id === id));
