// @ts-check
import { clockLabel } from './dates.js'
import { make, makeFace } from './dom.js'
import { describeEmotion } from './emotion.js'

/** @import { Turn } from '@emotibot/contracts' */
/** @import { Progress, Unsent } from './outbox.js' */

/** What an element shows: the same again is not painted again. @type {WeakMap<HTMLElement, string>} */
const shown = new WeakMap()

/**
 * One turn: what was said, what it sounded like, and the reply as far as it is there.
 * @param {HTMLElement} article
 * @param {Turn} turn
 * @param {string} streamed the reply so far
 */
export function fillTurn(article, turn, streamed) {
  const look = JSON.stringify([turn, streamed])
  if (shown.get(article) === look) return
  shown.set(article, look)
  article.setAttribute('aria-busy', String(turn.reply_status === 'pending'))
  article.replaceChildren(
    bubble('mine', 'You said:', turn.user_message),
    make('p', { className: 'meta' }, timeOf(turn.timestamp), badge(turn)),
    replyOf(turn, streamed),
  )
}

/** @param {Turn} turn @param {string} streamed */
function replyOf(turn, streamed) {
  if (turn.reply_status === 'failed')
    return make('p', { className: 'aside', text: 'There is no reply to this one.' })
  const text = turn.bot_message ?? streamed
  if (text !== '') return bubble('theirs', 'EmotiBot:', text)
  return turn.reply_status === 'pending'
    ? working()
    : make('p', { className: 'aside', text: 'No reply was kept.' })
}

function working() {
  const dots = make(
    'span',
    { className: 'dots', attributes: { 'aria-hidden': 'true' } },
    make('i'),
    make('i'),
    make('i'),
  )
  return make(
    'div',
    { className: 'bubble theirs working' },
    dots,
    make('span', { text: 'EmotiBot is thinking' }),
  )
}

/** @param {'mine' | 'theirs'} whose @param {string} prefix @param {string} text */
function bubble(whose, prefix, text) {
  const said = make('span', { className: 'visually-hidden', text: `${prefix} ` })
  return make('p', { className: `bubble ${whose}` }, said, document.createTextNode(text))
}

/** @param {string} timestamp */
function timeOf(timestamp) {
  return make('time', { text: clockLabel(timestamp), attributes: { datetime: timestamp } })
}

/** Word, face and colour; how sure, in words. @param {Pick<Turn, 'detected_emotion' | 'confidence'>} turn */
export function badge({ detected_emotion, confidence }) {
  const { word, look, sureness } = describeEmotion(detected_emotion, confidence)
  return make(
    'span',
    {
      className: 'badge',
      attributes: { 'data-look': look, title: `Sounds ${word.toLowerCase()}: ${sureness}` },
    },
    makeFace(look),
    make('span', { text: word }),
    make('span', { className: 'visually-hidden', text: `, ${sureness}` }),
  )
}

/**
 * A message that is not known to be stored yet: it is never out of sight.
 * @param {HTMLElement} article
 * @param {{ unsent: Unsent, progress: Progress }} entry
 * @param {{ onRetry: (unsent: Unsent) => void, onDiscard: (unsent: Unsent) => void }} actions
 */
export function fillUnsent(article, { unsent, progress }, { onRetry, onDiscard }) {
  const look = JSON.stringify([unsent, progress])
  if (shown.get(article) === look) return
  shown.set(article, look)
  article.setAttribute('aria-busy', String(progress.state !== 'failed'))
  article.classList.toggle('failed', progress.state === 'failed')
  article.replaceChildren(bubble('mine', 'You said:', unsent.text), ...afterUnsent())

  function afterUnsent() {
    if (progress.state !== 'failed') return [make('p', { className: 'meta', text: 'Sending' }), working()]
    const retry = make('button', {
      className: 'button small',
      text: 'Try again',
      attributes: { type: 'button' },
    })
    const discard = make('button', { className: 'link', text: 'Take back', attributes: { type: 'button' } })
    retry.onclick = () => onRetry(unsent)
    discard.onclick = () => onDiscard(unsent)
    const why = make('span', { text: `Not sent yet. ${progress.message}` })
    return [make('p', { className: 'meta problem' }, why, retry, discard)]
  }
}
