/** The reactions offered in the bar; others arrive from other clients and are shown as they are. */
export const REACTIONS = [
  { emoji: '👍', word: 'agree' },
  { emoji: '👏', word: 'applause' },
  { emoji: '❤️', word: 'heart' },
  { emoji: '😂', word: 'laugh' },
  { emoji: '😮', word: 'surprise' },
  { emoji: '🎉', word: 'celebrate' },
] as const;
