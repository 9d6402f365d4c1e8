/** The menu of a message, a conversation, a mark: the house’s floating menu. */
export { FloatingMenu, type MenuItem } from '@/ui';
