/** What people say in a chat: short, mostly plain, now and then an emoji or a longer story. */
const SENTENCES = [
  'I got the job! I am so happy',
  "I'm not happy with how the meeting went, but it could have been worse",
  'What time does the bus leave?',
  'This is so annoying, the train is late again and nobody tells us why',
  'Oh no, I am so worried about the exam tomorrow',
  "Wow, I can't believe she said yes 😮",
  'I bought bread, milk and two apples',
  'We broke up last week and I keep crying. I know it will get better, but right now everything reminds me of him.',
  'Thanks, that was really helpful :)',
  'Je suis très contente aujourd’hui',
] as const

/** `count` texts, no two alike. */
export function chatTexts(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `${SENTENCES[at % SENTENCES.length]} ${at}`)
}
