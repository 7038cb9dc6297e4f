// @ts-check
// The turns of the open conversation as far as they are known. Pure: every function answers a new list.

/** @import { Turn } from '@emotibot/contracts' */
/** @import { TurnsPage } from './api.js' */
/** @import { Unsent } from './outbox.js' */

/** @typedef {{ turns: readonly Turn[], olderBefore: string | null }} TurnList */

/** @type {TurnList} */
export const EMPTY = Object.freeze({ turns: [], olderBefore: null })

/**
 * Two tellings of one turn. Answers over HTTP carry no revision and may come late, so a finished reply never goes back
 * to pending.
 * @param {Turn | undefined} known
 * @param {Turn} told
 */
export function mergeTurn(known, told) {
  return known && known.reply_status !== 'pending' && told.reply_status === 'pending' ? known : told
}

/**
 * Takes a turn in: in its own place when known, else at the end.
 * @param {TurnList} list
 * @param {Turn} turn
 * @returns {TurnList}
 */
export function withTurn(list, turn) {
  const at = list.turns.findIndex(({ id }) => id === turn.id)
  if (at < 0) return { ...list, turns: [...list.turns, turn] }
  return { ...list, turns: list.turns.with(at, mergeTurn(list.turns[at], turn)) }
}

/**
 * The newest page has the last word on what it spans. What is older and loaded stays if the page joins on to it;
 * what came in while the page was on its way stays at the end.
 * @param {TurnList} list
 * @param {TurnsPage} page
 * @returns {TurnList}
 */
export function withNewestPage(list, page) {
  const known = new Map(list.turns.map((turn) => [turn.id, turn]))
  const told = new Set(page.turns.map(({ id }) => id))
  const joinsAt = list.turns.findIndex(({ id }) => id === page.turns[0]?.id)
  const last = page.turns.at(-1)
  const older = joinsAt < 0 ? [] : list.turns.slice(0, joinsAt)
  const newer = list.turns.filter(
    ({ id, timestamp }) => !told.has(id) && (!last || timestamp > last.timestamp),
  )
  const spanned = page.turns.map((turn) => mergeTurn(known.get(turn.id), turn))
  return {
    turns: [...older, ...spanned, ...newer],
    olderBefore: joinsAt < 0 ? page.next_before : list.olderBefore,
  }
}

/**
 * @param {TurnList} list
 * @param {TurnsPage} page
 * @returns {TurnList}
 */
export function withOlderPage(list, page) {
  const known = new Set(list.turns.map(({ id }) => id))
  const older = page.turns.filter(({ id }) => !known.has(id))
  return { turns: [...older, ...list.turns], olderBefore: page.next_before }
}

/**
 * A piece of a streamed reply, put where its offset (UTF-16 units) says. A piece that comes again changes nothing; one
 * after a gap waits for nobody: what is there stays, and `turn.updated` brings the whole text.
 * @param {string} text
 * @param {{ offset: number, text: string }} delta
 */
export function withDelta(text, delta) {
  if (delta.offset > text.length) return text
  const end = delta.offset + delta.text.length
  return end <= text.length ? text : text.slice(0, delta.offset) + delta.text
}

/**
 * Unsent messages that are to be shown. A turn may be heard of by socket before its own request is answered; it then
 * stands for the message with its text, so that nobody sees it twice.
 * @param {readonly Unsent[]} unsent
 * @param {readonly { text: string, heardAtMs: number }[]} heard turns heard of by socket
 */
export function shownUnsent(unsent, heard) {
  const free = [...heard]
  return unsent.filter(({ text, queuedAtMs }) => {
    const at = free.findIndex((turn) => turn.text === text && turn.heardAtMs >= queuedAtMs)
    if (at >= 0) free.splice(at, 1)
    return at < 0
  })
}
