/** The capabilities of this client, in the order of the rail. */
import { chat } from '@/chat';
import { meetings } from '@/meetings';
import { notify } from '@/notify';
import { open } from '@/open';
import { org } from '@/org';
import type { Capability } from './capability';

export const capabilities: Capability[] = [chat, meetings, notify, open, org];
