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
    ...after.needs.filter((need) => !before.needs.includes(need)).map((need) => `needs someone: ${need}`),
    ...before.needs.filter((need) => !after.needs.includes(need)).map((need) => `settled: ${need}`),
  ]
}

function summaryOf({ routes, needs, ledger }: Status): string {
  const away = routes.filter(({ stage }) => stage !== 'monolith').length
  return `watching ${routes.length} routes, ${away} not on the monolith; ledger ${ledger}; ${needs.length} need someone`
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
