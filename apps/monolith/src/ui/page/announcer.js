// @ts-check
import { describeEmotion } from './emotion.js'

/** @import { Turn } from '@emotibot/contracts' */

/**
 * What a screen reader is told when a reply is finished: once, whole, with what the user's words sounded like.
 * @param {Turn} turn
 */
export function finishedText(turn) {
  const { word, sureness } = describeEmotion(turn.detected_emotion, turn.confidence)
  return `EmotiBot: ${turn.bot_message ?? 'There is no reply.'} You sounded: ${word}, ${sureness}.`
}

/**
 * The one voice of the page. Nothing else is a live region, so previews, streamed pieces and scroll-back stay silent.
 * @param {HTMLElement} region
 */
export function createAnnouncer(region) {
  return {
    /** @param {string} text */
    say(text) {
      // The same text twice is no change, hence no announcement: a space at the end makes it one.
      region.textContent = region.textContent === text ? `${text} ` : text
    },
  }
}
