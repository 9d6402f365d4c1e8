/** What other capabilities may ask of meetings. */
import type { Acts } from '@/app';
import { callAbout, type Meeting, ring, startMeeting } from './api';

const wayIn = (meeting: Meeting, audioOnly: boolean) =>
  `/m/${meeting.number}?join=${audioOnly ? 'audio' : 'video'}`;

export const acts: Acts = {
  callPeople: async (people, { audioOnly, title }) => {
    const ids = people.map((one) => one.id);
    const meeting = await startMeeting({ title, invitee_ids: ids });
    await ring(meeting.id, ids, audioOnly);
    return wayIn(meeting, audioOnly);
  },
  callAbout: async ({ kind, id }, { audioOnly }) =>
    wayIn(await callAbout({ kind, id }, audioOnly), audioOnly),
};
