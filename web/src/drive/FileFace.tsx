/** The face of a file or folder: its picture if it has one, else a square in the hue of its kind. */
import {
  FileArchive,
  FileAudio,
  FileCode,
  File as FileIcon,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  Folder,
  type LucideIcon,
} from 'lucide-react';
import { useState } from 'react';
import type { FileGroup } from '@/api';
import styles from './File.module.css';

const icons: Record<FileGroup | 'folder', LucideIcon> = {
  folder: Folder,
  image: FileImage,
  video: FileVideo,
  audio: FileAudio,
  pdf: FileText,
  text: FileText,
  code: FileCode,
  archive: FileArchive,
  office: FileSpreadsheet,
  other: FileIcon,
};

type Props = {
  kind: FileGroup | 'folder';
  size?: number;
  /** A small picture of it. */
  src?: string | null;
};

export function FileFace({ kind, size = 40, src = null }: Props) {
  const [isBroken, setBroken] = useState(false);
  const Icon = icons[kind];
  if (src && !isBroken) {
    return (
      <img
        className={styles.picture}
        src={src}
        width={size}
        height={size}
        alt=""
        loading="lazy"
        draggable={false}
        onError={() => setBroken(true)}
      />
    );
  }
  return (
    <span className={styles.face} data-kind={kind} style={{ width: size, height: size }} aria-hidden="true">
      <Icon size={Math.round(size * 0.5)} strokeWidth={1.75} />
    </span>
  );
}
