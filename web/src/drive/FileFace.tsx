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
import { thumbnailUrl } from './api';
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
  /** The file whose thumbnail stands for it. */
  pictureOf?: string | null;
};

export function FileFace({ kind, size = 40, pictureOf = null }: Props) {
  const [isBroken, setBroken] = useState(false);
  const Icon = icons[kind];
  if (pictureOf && !isBroken) {
    return (
      <img
        className={styles.picture}
        src={thumbnailUrl(pictureOf)}
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
