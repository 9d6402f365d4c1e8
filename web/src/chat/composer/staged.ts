/** Files that wait in the composer: pictures are made smaller on their way unless one wants them as they are. */
import { useEffect, useState } from 'react';
import type { FileGroup } from '@/api';
import { groupOf, uploads } from '@/drive';
import { fittedPicture, newId, pictureSize, type Size, useEvent } from '@/lib';
import type { Enclosed, Enclosure } from '../sync/outbox';

export const stagedMax = 20;
/** The longer edge of a picture that is sent compressed. */
const pictureEdgePx = 1920;

export type Staged = { key: string; file: File; group: FileGroup; size: Size | null };

/** What was chosen in other conversations meanwhile. */
const kept = new Map<string, Staged[]>();

/** Clipboards call every picture the same. */
const named = (file: File): File =>
  file.name && file.name !== 'image.png'
    ? file
    : new File([file], `${new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-')}.png`, {
        type: file.type,
      });

export function useStaged(conversation: string) {
  const [staged, setStaged] = useState<Staged[]>(() => kept.get(conversation) ?? []);
  const [isOriginal, setOriginal] = useState(false);
  useEffect(() => {
    if (staged.length > 0) kept.set(conversation, staged);
    else kept.delete(conversation);
  }, [conversation, staged]);

  const stage = useEvent((files: readonly File[]) => {
    const added = files.map((given): Staged => {
      const file = named(given);
      return { key: newId(), file, group: groupOf(file.name, file.type), size: null };
    });
    setStaged((before) => [...before, ...added].slice(0, stagedMax));
    for (const { key, file, group } of added) {
      if (group !== 'image') continue;
      void pictureSize(file).then((size) =>
        setStaged((now) => now.map((one) => (one.key === key ? { ...one, size } : one))),
      );
    }
  });
  return {
    staged,
    stage,
    isOriginal,
    setOriginal,
    hasPictures: staged.some(({ group }) => group === 'image'),
    remove: (key: string) => setStaged(staged.filter((one) => one.key !== key)),
    clear: () => {
      setStaged([]);
      setOriginal(false);
    },
  };
}

/** Begins the uploads of what was staged, and says what they are for. */
export function enclosedOf(staged: readonly Staged[], conversation: string, isOriginal: boolean): Enclosed {
  const files = staged.map(({ file, group, size }): Enclosure => {
    const isMade = group === 'image' && !isOriginal;
    const source = isMade ? { file, make: () => fittedPicture(file, pictureEdgePx) } : file;
    return {
      upload: uploads.add(source, { conversation }),
      file_id: null,
      name: file.name,
      size: file.size,
      media_type: file.type,
      width: size?.width ?? null,
      height: size?.height ?? null,
    };
  });
  return { kind: 'files', files };
}
