import { bucketOf, type RouteDefinition, type Side, type Stage } from '@emotibot/contracts'
import type { RouteFlag, Snapshot } from './snapshot.ts'

/**
 * Which side answers, in OpenFeature's words: a value (`side`), a reason, and an error code when the value is only
 * the default. The reason completes "the monolith answers because …".
 */
export type Decision = {
  readonly side: Side
  readonly reason: string
  readonly errorCode: 'FLAG_NOT_FOUND' | 'GENERAL' | null
}

/** What the decision asks of a request. Read only when a share is to be judged, so it may be a getter. */
export type Subject = { readonly partition: string }

const because = (side: Side, reason: string, errorCode: Decision['errorCode'] = null): Decision =>
  Object.freeze({ side, reason, errorCode })

const BELOW_SHARE = because('service', 'its stage is canary and the bucket is below the share')
const ABOVE_SHARE = because('monolith', 'its stage is canary and the bucket is not below the share')
const KEPT = because(
  'service',
  'the roll back left this partition on the service: changes of it are set aside',
)
const UNKNOWN = because('monolith', 'the ledger has never moved it', 'FLAG_NOT_FOUND')
const FAILED = because('monolith', 'the decision failed, and the monolith is the default', 'GENERAL')

type Rule = Decision | ((flag: RouteFlag, subject: Subject) => Decision)

/**
 *   monolith ─► monolith    shadow ─► monolith    canary ─► service if bucket < share
 *   service ─► service      retired ─► service
 */
const RULES: Readonly<Record<Stage, Rule>> = {
  monolith: because('monolith', 'its stage is monolith'),
  shadow: because('monolith', 'its stage is shadow, where the monolith still answers'),
  canary: (flag, subject) => (bucketOf(subject.partition) < flag.share ? BELOW_SHARE : ABOVE_SHARE),
  service: because('service', 'its stage is service'),
  retired: because('service', 'it is retired from the monolith'),
}

/** Pure, and never throws: what cannot be judged is answered by the monolith. */
export function decide(route: Pick<RouteDefinition, 'key'>, snapshot: Snapshot, subject: Subject): Decision {
  const flag = snapshot.routes[route.key]
  if (flag === undefined) return UNKNOWN
  const rule = RULES[flag.stage]
  if (typeof rule !== 'function' && flag.kept.length === 0) return rule
  try {
    const decision = typeof rule === 'function' ? rule(flag, subject) : rule
    return decision.side === 'monolith' && flag.kept.includes(subject.partition) ? KEPT : decision
  } catch {
    return FAILED
  }
}
