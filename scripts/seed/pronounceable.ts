import { randomInt } from 'node:crypto'

const CONSONANTS = 'bdfgklmnprstvz'
const VOWELS = 'aeiou'

/** A random password that can be read out loud, e.g. `nabi-tovu-reka-dolu`: about 49 bits. */
export function pronounceable(words = 4, pick: (bound: number) => number = randomInt): string {
  const letter = (letters: string) => letters[pick(letters.length)] ?? ''
  const syllable = () => letter(CONSONANTS) + letter(VOWELS)
  return Array.from({ length: words }, () => syllable() + syllable()).join('-')
}
