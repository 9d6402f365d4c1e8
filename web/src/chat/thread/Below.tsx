/** What stands under the words of a message: its translation, what its link leads to, whether it is urgent. */
import type { Message } from '@/api';
import { LinkCard } from '../cards/LinkCard';
import { UrgentMark } from '../urgent/UrgentMark';
import { Translation } from './Translation';

export function Below({ message }: { message: Message }) {
  return (
    <>
      <Translation message={message} />
      {message.preview ? <LinkCard preview={message.preview} /> : null}
      <UrgentMark message={message} />
    </>
  );
}
