/** Puts copies of files from elsewhere, such as a message, into the drive. */
import type { FileCard } from '@/api';
import { useActsOnEntries } from './page/acts';
import { GoalSheet } from './page/GoalSheet';
import { useSaving } from './saving';

type Props = { files: readonly FileCard[] | null; onClose: () => void };

export default function SaveSheet({ files, onClose }: Props) {
  const { refresh } = useActsOnEntries();
  const save = useSaving(refresh);
  return (
    <GoalSheet
      entries={files}
      isCopy
      onClose={onClose}
      onChoose={(goal, name) => void save(files ?? [], goal, name)}
    />
  );
}
