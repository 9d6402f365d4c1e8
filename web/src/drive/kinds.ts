/** What a file is, before the office has said so; and how names are cut. */
import type { FileGroup } from '@/api';

const endings: Partial<Record<FileGroup, string>> = {
  pdf: 'pdf',
  image: 'jpg jpeg png gif webp avif bmp heic svg',
  video: 'mp4 webm mov mkv avi m4v',
  audio: 'mp3 m4a wav ogg opus flac aac weba',
  archive: 'zip rar 7z tar gz tgz bz2 xz',
  office: 'doc docx xls xlsx ppt pptx odt ods odp wps et dps key pages numbers',
  code: 'rs ts tsx js jsx json toml yaml yml py go java c h cpp hpp cs rb php sh sql html css xml kt swift',
  text: 'txt md csv log ini conf',
};

const byEnding = new Map(
  Object.entries(endings).flatMap(([group, list]) =>
    list.split(' ').map((ending) => [ending, group as FileGroup] as const),
  ),
);

/** What stands behind the last dot of a name; nothing where there is none. */
export const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';

export function groupOf(name: string, mediaType: string): FileGroup {
  const ending = endingOf(name);
  if (mediaType === 'image/svg+xml') return 'image';
  const [first] = mediaType.split('/');
  if (first === 'image' || first === 'video' || first === 'audio') return first;
  return byEnding.get(ending) ?? (first === 'text' ? 'text' : 'other');
}

/** Letters of a name that stay together at its end, so that its kind is seen when the middle is left out. */
const endLength = 10;

/** `[start, end]` of a name whose middle may be left out. */
export function nameParts(name: string): [string, string] {
  const letters = [...name];
  if (letters.length <= endLength * 2) return [name, ''];
  return [letters.slice(0, -endLength).join(''), letters.slice(-endLength).join('')];
}
