/** The ways into one meeting, to pass on. */
import { useTranslation } from 'react-i18next';
import { Sheet } from '@/ui';
import type { Meeting } from '../api';
import { WaysIn } from '../WaysIn';

export function InviteSheet({ meeting, onClose }: { meeting: Meeting | null; onClose: () => void }) {
  const { t } = useTranslation('meetings');
  return (
    <Sheet open={meeting !== null} onClose={onClose} title={t('home.inviteTitle')}>
      {meeting ? <WaysIn link={meeting.link} number={meeting.number} title={meeting.title} /> : null}
    </Sheet>
  );
}
