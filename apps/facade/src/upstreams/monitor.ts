import { About, INTERNAL_PATHS } from '@emotibot/contracts'
import type { ServiceFacts } from '@emotibot/flags'
import type { Static } from 'typebox'
import Value from 'typebox/value'
import { within } from '../routing/within.ts'
import type { Upstream } from './upstream.ts'

const LOOK_EVERY_MS = 2_000
const LOOK_LIMIT_MS = 1_500

/** How each upstream says it is: asked every two seconds, and whenever a flip is planned. */
export class UpstreamMonitor {
  readonly #upstreams: readonly Upstream[]
  readonly #seen = new Map<string, ServiceFacts>()
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(upstreams: readonly Upstream[]) {
    this.#upstreams = upstreams
  }

  /** What was last seen; nothing at all before the first look. */
  factsOf(upstream: Upstream): ServiceFacts {
    const seen = this.#seen.get(upstream.name) ?? unready(upstream.name, 'it was not asked yet')
    return { ...seen, failing: upstream.failingRoutes() }
  }

  async look(): Promise<void> {
    clearTimeout(this.#timer)
    await Promise.all(
      this.#upstreams.map(async (upstream) => this.#seen.set(upstream.name, await ask(upstream))),
    )
    clearTimeout(this.#timer)
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.look(), LOOK_EVERY_MS)
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }
}

async function ask(upstream: Upstream): Promise<ServiceFacts> {
  try {
    return await within(LOOK_LIMIT_MS, askBoth(upstream))
  } catch (error) {
    return unready(upstream.name, error instanceof Error ? plainReason(error) : String(error))
  }
}

async function askBoth(upstream: Upstream): Promise<ServiceFacts> {
  const [health, about] = await Promise.all([
    get(upstream, INTERNAL_PATHS.ready),
    get(upstream, INTERNAL_PATHS.about).then(readAbout),
  ])
  const isReady = health.status === 200
  const reason = isReady ? null : `it says it is not ready (${health.body.slice(0, 200)})`
  return { name: upstream.name, isReady, reason, build: about.build, routes: about.routes, failing: [] }
}

type Answer = { readonly status: number; readonly body: string }

async function get({ pool }: Upstream, path: string): Promise<Answer> {
  const limits = { headersTimeout: LOOK_LIMIT_MS, bodyTimeout: LOOK_LIMIT_MS }
  const { statusCode, body } = await pool.request({ path, method: 'GET', ...limits })
  return { status: statusCode, body: await body.text() }
}

function readAbout({ status, body }: Answer): Static<typeof About> {
  const value: unknown = status === 200 ? JSON.parse(body) : null
  if (!Value.Check(About, value)) throw new Error(`${INTERNAL_PATHS.about} does not say what it answers`)
  return value
}

const unready = (name: string, reason: string): ServiceFacts => ({
  name,
  isReady: false,
  reason,
  build: null,
  routes: [],
  failing: [],
})

function plainReason(error: Error & { code?: string }): string {
  if (error.code === 'ECONNREFUSED') return 'nothing listens there'
  return error.message
}
