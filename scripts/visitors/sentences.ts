export type VisitorCharacter = {
  name: string
  /** Address on the loopback network it comes from, so that no visitor eats the user's rate limit. */
  address: string
  sentences: readonly string[]
}

export const visitors: readonly VisitorCharacter[] = [
  {
    name: 'mira-visitor',
    address: '127.0.0.11',
    sentences: [
      'Good morning! The sun is out and I feel great.',
      'My sister is coming over this weekend, I am so happy.',
      'The bakery was closed, what a pity.',
      'I walked along the river for an hour.',
      'Someone left flowers at my door! I had no idea.',
      'I miss my old flat a little.',
      'The choir sounded wonderful tonight.',
      'Do you think people change?',
    ],
  },
  {
    name: 'jonas-visitor',
    address: '127.0.0.12',
    sentences: [
      'The train was late again, this is unacceptable.',
      'I am angry with my brother, he never calls.',
      'Well. At least the coffee is good.',
      'My boss shouted at me in front of everyone.',
      'We talked it over and it is fine now.',
      'I am not sure what to cook.',
      'The neighbours are terribly loud tonight!',
      'Tomorrow is another day.',
    ],
  },
  {
    name: 'aiko-visitor',
    address: '127.0.0.13',
    sentences: [
      'I have an exam tomorrow and I am really scared.',
      'What if I forget everything?',
      'Studying in the library was calm.',
      'I passed! I cannot believe it, wow!',
      'I feel lonely since Ken moved away.',
      '今日は雨です。',
      'My plant has a new leaf.',
      'Sometimes I worry about everything at once.',
    ],
  },
]
