import type { RouteStatus, Status, UpstreamStatus } from '@emotibot/contracts'
import { place } from './place.ts'

/** What differs between two statuses, a line each; counters alone are no change. */
export function changesBetween(before: Status | null, after: Status): string[] {
  if (!before) return [summaryOf(after)]
  return [
    ...after.routes.flatMap((route) =>
      routeChange(
        before.routes.find(({ key }) => key === route.key),
        route,
      ),
    ),
    ...after.upstreams.flatMap((one) =>
      upstreamChange(
        before.upstreams.find(({ name }) => name === one.name),
        one,
      ),
    ),
    ...(before.ledger === after.ledger ? [] : [`the ledger is ${after.ledger}`]),
    ...(before.is_frozen === after.is_frozen ? [] : [after.is_frozen ? 'frozen' : 'no longer frozen']),
    ...(before.mover.is_up === after.mover.is_up ? [] : [`the mover is ${moverText(after)}`]),
    ...flipChange(before.flip, after.flip),
    ...after.needs.filter((need) => !before.needs.includes(need)).map((need) => `needs someone: ${need}`),
    ...before.needs.filter((need) => !after.needs.includes(need)).map((need) => `settled: ${need}`),
  ]
}

function summaryOf({ routes, needs, ledger }: Status): string {
  const away = routes.filter(({ stage }) => stage !== 'monolith').length
  return `watching ${routes.length} routes, ${away} not on the monolith; ledger ${ledger}; ${needs.length} need someone`
}

const moverText = ({ mover }: Status): string =>
  mover.is_up ? 'up' : `down: ${mover.reason ?? 'no reason given'}`

/** A flip that moves data takes time; how it ended is in the routes, and in the audit. */
function flipChange(before: Status['flip'], after: Status['flip']): string[] {
  if (before?.flip === after?.flip && before?.state === after?.state) return []
  const ended = before && before.flip !== after?.flip ? [`${before.kind} ${before.flip} has ended`] : []
  const begun = after ? [`${after.kind} ${after.flip} by ${after.by} is ${after.state}`] : []
  return [...ended, ...begun]
}

function routeChange(before: RouteStatus | undefined, after: RouteStatus): string[] {
  if (!before || (before.stage === after.stage && before.share === after.share)) return []
  const by = after.changed_by ? ` by ${after.changed_by}` : ''
  return [`${after.key} ${place(before)} -> ${place(after)}${by}`]
}

function upstreamChange(before: UpstreamStatus | undefined, after: UpstreamStatus): string[] {
  if (before?.is_ready === after.is_ready && before.breaker === after.breaker) return []
  const state = after.is_ready ? 'is ready' : `is not ready: ${after.reason ?? 'no reason given'}`
  return [`${after.name} ${state} (breaker ${after.breaker})`]
}
