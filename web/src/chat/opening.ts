/** Asks the page of messages, wherever it is, to open something. */
export const newEvent = 'hutong:chat-new';
export const urgentEvent = 'hutong:chat-urgent';
export const laterEvent = 'hutong:chat-later';

/** The page may have to be fetched first: it looks for what was asked for when it comes. */
let waiting: string | null = null;

export const opening = (name: string) => () => {
  waiting = name;
  window.dispatchEvent(new Event(name));
};

/** Whether something was asked for; once. */
export function takeOpening(name: string): boolean {
  const asked = waiting === name;
  if (asked) waiting = null;
  return asked;
}
