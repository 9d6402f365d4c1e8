/** What other capabilities may ask of meetings. */
import type { Acts } from '@/app';
import { ring, startMeeting } from './api';

export const acts: Acts = {
  callPeople: async (people, { audioOnly, title }) => {
    const ids = people.map((one) => one.id);
    const meeting = await startMeeting({ title, invitee_ids: ids });
    await ring(meeting.id, ids, audioOnly);
    return `/m/${meeting.number}?join=${audioOnly ? 'audio' : 'video'}`;
  },
};
