// @ts-check

const WORDS = /** @type {const} */ ({
  happy: 'Happy',
  sad: 'Sad',
  angry: 'Angry',
  surprised: 'Surprised',
  fearful: 'Fearful',
  neutral: 'Neutral',
})

/** How the face in the head of the page is described. */
const FACE_WORDS = /** @type {const} */ ({
  happy: 'is glad with you',
  sad: 'feels with you',
  angry: 'hears that you are angry',
  surprised: 'is surprised with you',
  fearful: 'hears that you are afraid',
  neutral: 'looks calm',
})

/** @typedef {keyof typeof WORDS} Look */

/**
 * A label as it is shown: its word, the face and colour that go with it, and how sure the guess is, in words.
 * Labels of old rows may be anything: they are shown as they are, in the neutral look.
 * @param {string | null} label
 * @param {number | null} confidence
 * @returns {{ word: string, look: Look, sureness: string }}
 */
export function describeEmotion(label, confidence) {
  if (label === null || label.trim() === '')
    return { word: 'No guess', look: 'neutral', sureness: 'nothing was guessed' }
  const look = isLook(label) ? label : 'neutral'
  return { word: isLook(label) ? WORDS[label] : label, look, sureness: sureness(confidence) }
}

/** @param {string} label @returns {label is Look} */
function isLook(label) {
  return Object.hasOwn(WORDS, label)
}

/**
 * A share from 0 to 1 in words.
 * @param {number | null} confidence
 */
export function sureness(confidence) {
  if (confidence === null) return 'how sure is not known'
  if (confidence >= 0.8) return 'quite sure'
  if (confidence >= 0.6) return 'fairly sure'
  if (confidence >= 0.4) return 'a guess'
  return 'a faint guess'
}

/** @param {Look} look */
export function faceLabel(look) {
  return `EmotiBot ${FACE_WORDS[look]}`
}
