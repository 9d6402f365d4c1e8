/**
 * The list of people as the panel shows it: who is here, in which order, and who is missing.
 */

import { type CallState, handQueue, type Person, type Role, roleOf } from './state';

export interface Row {
  readonly person: Person;
  readonly role: Role;
  /** Place in the queue of raised hands, from 1; null without a raised hand. */
  readonly hand: number | null;
  readonly speaking: boolean;
}

export interface Invitee {
  readonly id: string;
  readonly name: string;
  readonly avatarUrl: string | null;
}

/** Somebody who spoke within this time stands above those who only listen. */
const LATELY_MS = 60_000;

/** Me, host, co-hosts, hands in order, voices of the last minute, then everybody else by arrival. */
export function rosterOf(state: CallState, query: string, now: number): Row[] {
  const hands = handQueue(state);
  const rank = (person: Person): number => {
    if (person.me) return 0;
    const role = roleOf(state, person.identity);
    if (role === 'host') return 1;
    if (role === 'co_host') return 2;
    const hand = hands.indexOf(person.identity);
    if (hand >= 0) return 3 + hand / (hands.length + 1);
    return now - (state.spokeAt[person.identity] ?? Number.NEGATIVE_INFINITY) < LATELY_MS ? 4 : 5;
  };
  return Object.values(state.people)
    .filter((person) => matches(person.name, query))
    .sort((a, b) => rank(a) - rank(b) || a.joinedAt - b.joinedAt || a.identity.localeCompare(b.identity))
    .map((person) => {
      const hand = hands.indexOf(person.identity);
      return {
        person,
        role: roleOf(state, person.identity),
        hand: hand < 0 ? null : hand + 1,
        speaking: state.speaking.includes(person.identity),
      };
    });
}

/** Those who were invited and are not in the room. */
export function absentOf(state: CallState, invitees: readonly Invitee[], query: string): Invitee[] {
  return invitees.filter((one) => !state.people[one.id] && matches(one.name, query));
}

function matches(name: string, query: string): boolean {
  return name.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
}
