/** Emoji people use at work, in a few rows; the first are offered for reactions at once. */
export const quickEmoji = ['👍', '❤️', '😂', '🎉', '👀', '🙏'] as const;

export const emojiGroups = [
  {
    name: 'faces',
    emoji:
      '😀 😄 😁 😆 😅 😂 🙂 😉 😊 😍 😘 😜 🤔 🤨 😐 😶 🙄 😏 😬 😌 😴 😷 🤒 🥳 😎 🤓 😕 🙁 😮 😳 🥺 😢 😭 😤 😠 😱 🤯 🤗 🤭 🤫',
  },
  {
    name: 'hands',
    emoji: '👍 👎 👌 ✌️ 🤞 🤝 👏 🙌 🙏 💪 👋 🤙 👉 👇 ☝️ ✍️ 👀 🫡 🙋 🤷',
  },
  {
    name: 'things',
    emoji: '❤️ 💔 🔥 ✨ ⭐ 🎉 🎂 🎁 🌹 ☕ 🍵 🍻 🍜 🌞 🌙 ⏰ 📌 📎 ✅ ❌ ❓ ❗ 💯 🚀 🐛 💡 📈 📅 💻 🏠',
  },
] as const;
