import {
  type CarveOutStatus,
  movableRoutes,
  type Plan,
  type Receipt,
  type RouteStatus,
  type Stage,
  type Status,
} from '@emotibot/contracts'

/** Answers of the control API, as small as they can be and whole. */
export function exampleRoute(key: string, stage: Stage = 'monolith', share = 0): RouteStatus {
  const { domain, group, effect } = movableRoutes.find((route) => route.key === key) ?? movableRoutes[0]!
  return {
    key,
    domain,
    group,
    effect,
    stage,
    share,
    epoch: 1,
    changed_at: null,
    changed_by: null,
    requests: { monolith: 12, service: 0, fallback: 0, failed: 0 },
  }
}

export function exampleStatus(changed: Partial<Status> = {}): Status {
  return {
    version: 7,
    ledger: 'up',
    is_frozen: false,
    needs: [],
    routes: movableRoutes.map(({ key }) => exampleRoute(key)),
    upstreams: [
      { name: 'monolith', is_ready: true, breaker: 'closed', build: '0.1.0', reason: null },
      { name: 'emotion', is_ready: true, breaker: 'closed', build: '0.1.0', reason: null },
    ],
    replicas: [{ id: 'facade-1', version: 7, seen_at: '2030-01-01T00:00:00.000Z', is_live: true }],
    flip: null,
    mover: { is_up: true, reason: null },
    carve_outs: [],
    ...changed,
  }
}

/** Auth, kept in step. */
export function exampleCarveOut(changed: Partial<CarveOutStatus> = {}): CarveOutStatus {
  return {
    domain: 'auth',
    state: 'moving',
    reason: null,
    feeds: [exampleFeed('monolith', 'service'), exampleFeed('service', 'monolith')],
    backfill: [{ entity: 'users', done: 5, total: 5, is_finished: true }],
    ...changed,
  }
}

type Feed = CarveOutStatus['feeds'][number]

export function exampleFeed(from: Feed['from'], to: Feed['to'], changed: Partial<Feed> = {}): Feed {
  const behind = { entries: 0, ms: 3 }
  return { from, to, state: 'running', reason: null, behind, set_aside: [], conflicts: 0, ...changed }
}

const move = {
  route: 'emotion.analyze',
  from: { stage: 'monolith', share: 0 },
  to: { stage: 'canary', share: 25 },
} as const

export function examplePlan(changed: Partial<Plan> = {}): Plan {
  return {
    id: 'plan-1',
    moves: [move],
    also_moves: [],
    stays: [],
    users: 12,
    lag_ms: null,
    expected_wait_ms: 0,
    evidence: [],
    refused: [],
    back: './fig rollback emotion.analyze',
    ...changed,
  }
}

export function exampleReceipt(changed: Partial<Receipt> = {}): Receipt {
  return {
    flip: 'f7a1',
    by: 'nora',
    why: null,
    at: '2030-01-01T00:00:00.000Z',
    moves: [move],
    also_moves: [],
    waited: { count: 0, worst_ms: 0 },
    failed: 0,
    forced: false,
    replicas: [{ id: 'facade-1', acknowledged: true, after_ms: 3 }],
    undo: './fig rollback f7a1',
    ...changed,
  }
}
