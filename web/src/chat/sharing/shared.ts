/** What is to be shown in conversations: the sheet that asks where lies above every page. */
import type { Subject } from '@/api';
import { Store } from '@/lib';

/** A thing, and what it is called for whoever shows it. */
export type Shared = Subject & { title: string };

export const shared = new Store<Shared | null, Shared | null>((_, next) => next, null);
