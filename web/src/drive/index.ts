/** Files: the drive, and what others need to send and show them; the face of the capability. */
import { Files, FolderInput, HardDrive, ShieldAlert } from 'lucide-react';
import { lazy } from 'react';
import type { Capability } from '@/app';

export { contentUrl, openSpace, thumbnailUrl } from './api';
export { FileFace } from './FileFace';
export { FileName } from './FileName';
export { groupOf } from './kinds';
export { uploads, useUpload, useUploads } from './upload/session';
export { isUnderway, shareOf, type Upload } from './upload/upload';
export { openViewer } from './viewer/opened';
export { type Viewable, viewableOf } from './viewer/viewable';

/** Asks where to keep copies of files. */
export const SaveSheet = lazy(() => import('./SaveSheet'));

export const drive: Capability = {
  id: 'drive',
  nav: { to: '/drive', icon: HardDrive, label: 'nav' },
  screens: [
    {
      path: '/drive/{-$space}/{-$folder}',
      frame: 'shell',
      access: 'member',
      load: () => import('./DrivePage'),
    },
    { path: '/s/$token', frame: 'bare', access: 'anyone', load: () => import('./shared/SharedPage') },
    { path: '/admin/files', frame: 'shell', access: 'member', load: () => import('./admin/AdminFilesPage') },
  ],
  admin: [{ to: '/admin/files', icon: Files, label: 'admin.title', permission: 'org.members' }],
  notices: { infected: ShieldAlert, handed_over: FolderInput },
  overlay: () => import('./Live'),
  search: () => import('./search'),
};
