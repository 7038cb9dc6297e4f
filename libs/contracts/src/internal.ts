import Type, { type Static } from 'typebox'
import { ErrorBody } from './errors.ts'
import { closed } from './schemas/primitives.ts'

/** What every process answers on its own port; the facade never passes these on. */
export const INTERNAL_PATHS = {
  live: '/health/live',
  ready: '/health/ready',
  about: '/internal/about',
  metrics: '/internal/metrics',
} as const

/** Of the auth service: the public keys its tokens are verified with, as a JWKS. */
export const JWKS_PATH = '/internal/jwks'

/** Who a process is, and which routes it can answer: a flip asks this before it sends anybody there. */
export const About = Type.Object(
  {
    name: Type.String(),
    build: Type.String({ description: 'version and source revision' }),
    routes: Type.Array(Type.String()),
  },
  closed,
)
export type About = Static<typeof About>

/** Which partitions a store owns of a write group: buckets `[low, high)`, `allow` beside them, never `deny`. */
export const Authority = Type.Object(
  {
    group: Type.String(),
    epoch: Type.Integer(),
    rule: Type.Object(
      {
        low: Type.Integer(),
        high: Type.Integer(),
        allow: Type.Array(Type.String()),
        deny: Type.Array(Type.String()),
      },
      closed,
    ),
  },
  closed,
)
export type Authority = Static<typeof Authority>

/** 409 STALE_EPOCH: the one error shape, and the row that refused. */
export const StaleEpochBody = Type.Object({ ...ErrorBody.properties, authority: Authority }, closed)
export type StaleEpochBody = Static<typeof StaleEpochBody>

export const Health = Type.Object(
  {
    status: Type.String(),
    checks: Type.Record(Type.String(), Type.String()),
  },
  closed,
)
export type Health = Static<typeof Health>
