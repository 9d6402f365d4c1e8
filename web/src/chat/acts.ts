/** What other capabilities may ask of messages. */
import i18next from 'i18next';
import type { Acts } from '@/app';
import { openDepartment, startDirect, startGroup } from './api';
import { titleFor } from './list/title';
import { currentSession } from './session';
import { shared } from './sharing/shared';

const pathTo = (id: string) => `/chat/${id}`;

export const acts: Acts = {
  share: async (subject) => shared.dispatch(subject),
  messagePerson: async (id) => {
    const conversation = await startDirect(id);
    currentSession()?.store.keep(conversation);
    return pathTo(conversation.id);
  },
  messagePeople: async (people) => {
    const ids = people.map((one) => one.id);
    const conversation = await startGroup(titleFor(people, i18next.t('chat:comma')), ids);
    currentSession()?.store.keep(conversation);
    return pathTo(conversation.id);
  },
  messageDepartment: async (id) => {
    const conversation = await openDepartment(id);
    currentSession()?.store.keep(conversation);
    return pathTo(conversation.id);
  },
};
