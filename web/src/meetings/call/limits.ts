/** Limits that both the session and the views keep. */

export const CHAT_CHARS_MAX = 4000;
