import type { ErrorCode, Side } from '@emotibot/contracts'
import type { Logger } from '@emotibot/service-kit'
import type { Tally } from './tally.ts'

export type Answered = {
  readonly route: string
  readonly side: Side | 'none'
  readonly status: number
  /** Whether the client got all of it. */
  readonly isComplete: boolean
  readonly isFallback: boolean
  readonly hasFailed: boolean
  readonly ms: number
  readonly requestId: string
}
type FellBack = {
  readonly route: string
  readonly requestId: string
  readonly upstream: string
  readonly reason: string
}
type Failed = {
  readonly route: string
  readonly requestId: string
  readonly code: ErrorCode
  readonly error: Error | null
}

type SocketOpened = { readonly route: string; readonly requestId: string; readonly side: Side }

type TurnedAway = {
  readonly route: string
  readonly code: string
  readonly status: number
  readonly requestId: string
}

export type FacadeEvents = ReturnType<typeof createEvents>

/** What happens here that somebody may want to know: each event is logged and counted in one place. */
export function createEvents(logger: Logger, tally: Tally) {
  // Access lines hold nothing secret, and there is one a request: they go without the search for what to redact.
  const access = logger.child({}, { redact: [] })
  return {
    answered(event: Answered): void {
      const { route, side, status, requestId, isComplete } = event
      if (event.hasFailed || status >= 500) tally.add(route, 'failed')
      else if (side !== 'none') tally.add(route, event.isFallback ? 'fallback' : side)
      if (!access.isLevelEnabled('info')) return
      const ms = Math.round(event.ms * 10) / 10
      access.info({ route, side, status, ms, request_id: requestId }, isComplete ? 'answered' : 'broken off')
    },

    fellBack({ route, requestId, upstream, reason }: FellBack): void {
      logger.warn({ route, request_id: requestId, upstream, reason }, 'fell back to the other side')
    },

    socketOpened({ route, requestId, side }: SocketOpened): void {
      tally.add(route, side)
      access.info({ route, side, status: 101, request_id: requestId }, 'socket opened')
    },

    turnedAway({ route, code, status, requestId }: TurnedAway): void {
      tally.turnAway(code)
      access.info({ route, code, status, request_id: requestId }, 'turned away')
    },

    listIsCurrent(): void {
      logger.info('the list of ended sessions is current')
    },

    listIsOutOfDate(reason: unknown): void {
      logger.warn(
        { err: reason },
        'the list of ended sessions may be out of date: the stores are asked about sessions',
      )
    },

    failed({ route, requestId, code, error }: Failed): void {
      logger.warn({ route, request_id: requestId, code, err: error }, 'no side answered')
    },
  }
}
