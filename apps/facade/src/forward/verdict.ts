import type { IncomingHttpHeaders } from 'node:http'
import { INTERNAL_ERRORS, INTERNAL_HEADERS } from '@emotibot/contracts'

/** What a side began to answer. */
export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders }

/**
 * What an answer means for whom to ask. `refused`: nothing was executed, this side does not own what the request is
 * about. `behind`: nothing was executed, this side has not seen what the client has. `failed`: a 5xx, of which nobody
 * knows. `final`: the client's.
 */
export type Verdict = 'final' | 'refused' | 'behind' | 'failed'

const { STALE_EPOCH, MISDIRECTED } = INTERNAL_ERRORS

/** Only a status and a header that belong together say that nothing was executed. */
export function verdictOf({ status, headers }: Answer): Verdict {
  const because = headers[INTERNAL_HEADERS.refused]
  if (because !== undefined) {
    if (because === 'stale-epoch' && status === STALE_EPOCH.status) return 'refused'
    if (because === 'misdirected' && status === MISDIRECTED.status) return 'refused'
    if (because === 'behind' && status === 503) return 'behind'
  }
  return status >= 500 ? 'failed' : 'final'
}
