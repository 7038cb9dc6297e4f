import type { CarveOutStatus, FlipUnderWay, Status } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { renderMoves } from './place.ts'
import { milliseconds } from './plan.ts'
import { verifyText } from './verify.ts'
import { wrap } from './wrap.ts'

type Feed = CarveOutStatus['feeds'][number]

/** The mover, every domain that is carved out, and the flip that is under way, if any. */
export function renderCarveOuts({ mover, carve_outs, flip }: Status, colors: Colors): string[] {
  const reach = mover.is_up
    ? 'mover: up'
    : `mover: ${colors.red('DOWN')}: ${mover.reason ?? 'no reason given'}`
  return [
    wrap(reach, 2),
    ...carve_outs.flatMap((one) => ['', ...renderCarveOut(one, colors)]),
    ...(flip ? ['', ...renderUnderWay(flip, colors)] : []),
  ]
}

export function renderCarveOut(carveOut: CarveOutStatus, colors: Colors): string[] {
  const { domain, feeds } = carveOut
  return [
    colors.bold(wrap(`${domain}: ${stateOf(carveOut)}`, 2)),
    ...(carveOut.state === 'moving' ? feeds.flatMap((feed) => feedLines(feed, colors)) : []),
    ...backfillLines(carveOut),
    ...verifyLines(carveOut),
    ...asideLines(carveOut, colors),
  ]
}

function stateOf({ domain, state, reason, backfill }: CarveOutStatus): string {
  if (state === 'waiting') return `the mover waits: ${reason ?? 'a store is away'}`
  if (state === 'idle') return `not begun. Next:  ./fig backfill ${domain}`
  return isCopied(backfill) ? 'kept in step' : 'the first copy is being made'
}

export const isCopied = (backfill: CarveOutStatus['backfill']): boolean =>
  backfill.every(({ is_finished }) => is_finished)

function feedLines({ from, to, state, reason, behind }: Feed, colors: Colors): string[] {
  const lag = behind
    ? `${behind.entries} behind, ${milliseconds(behind.ms)}`
    : colors.yellow('how far behind is not known')
  const word = state === 'running' ? state : colors.red(state.toUpperCase())
  const why = reason ? [`      ${wrap(reason, 6)}`] : []
  return [`  ${`${from} → ${to}`.padEnd(20)}  ${word}, ${lag}`, ...why]
}

function verifyLines({ verify }: CarveOutStatus): string[] {
  return verify ? [`  ${'compared'.padEnd(20)}  ${wrap(verifyText(verify), 24)}`] : []
}

/** How many changes wait for somebody at the end of a feed. */
export const asideCount = ({ set_aside, set_aside_count }: Feed): number =>
  set_aside_count ?? set_aside?.length ?? 0

function backfillLines({ backfill, state }: CarveOutStatus): string[] {
  if (state !== 'moving') return []
  return [`  ${'copied'.padEnd(20)}  ${copiedText(backfill)}`]
}

/** `user 5, session 12 of 40`: what is finished has no total, for rows that came since were never to be copied. */
export function copiedText(backfill: CarveOutStatus['backfill']): string {
  return backfill
    .map(({ entity, done, total, is_finished }) => `${entity} ${done}${is_finished ? '' : ` of ${total}`}`)
    .join(', ')
}

function asideLines({ domain, feeds }: CarveOutStatus, colors: Colors): string[] {
  const aside = feeds.reduce((sum, feed) => sum + asideCount(feed), 0)
  const conflicts = feeds.reduce((sum, feed) => sum + (feed.conflicts ?? 0), 0)
  return [
    ...(aside > 0
      ? [`  ${'set aside'.padEnd(20)}  ${colors.red(String(aside))}, see ./fig set-aside ${domain}`]
      : []),
    ...(conflicts > 0
      ? [`  ${'conflicts'.padEnd(20)}  ${colors.red(String(conflicts))}, see ./fig set-aside ${domain}`]
      : []),
  ]
}

function renderUnderWay(
  { flip, kind, by, state, step, held_ms, moves }: FlipUnderWay,
  colors: Colors,
): string[] {
  const name = kind === 'rollback' ? 'Roll back' : 'Flip'
  const waits = state === 'held' ? `requests wait, ${milliseconds(held_ms ?? 0)} so far` : 'nobody waits yet'
  const at = step === null ? '' : ` (${step})`
  return [
    colors.yellow(wrap(`${name} ${flip} by ${by} is under way${at}: ${waits}`, 2)),
    ...renderMoves(moves),
    `  Give it up:  ./fig abort ${flip}`,
  ]
}
