import { createOldFile, type OldTurn } from '@emotibot/testkit'

export const OLD_USER = { username: 'grandma', password: 'apple cake 1954' }

export const OLD_TURNS: readonly OldTurn[] = [
  {
    user_message: 'The apples are ripe',
    bot_message: 'How lovely!',
    detected_emotion: 'happy',
    confidence: 0.8,
  },
  { user_message: 'I miss the old house', bot_message: 'Tell me about it.', detected_emotion: 'wistful' },
  { user_message: 'Good night', bot_message: null, detected_emotion: null, confidence: null },
].map((turn, day) => ({
  ...turn,
  username: OLD_USER.username,
  timestamp: `2024-05-0${day + 1} 18:22:41.123456`,
}))

/** A file of the first EmotiBot, with one user and labels that are not of today. */
export function writeOldFile(path: string): void {
  createOldFile(path, [OLD_USER], OLD_TURNS)
}
