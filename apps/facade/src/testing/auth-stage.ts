import { movableRoutes, type Stage as RouteStage } from '@emotibot/contracts'
import { openPostgres } from '@emotibot/db'
import {
  abandonFlip,
  applyFlip,
  type FlipOutcome,
  flagOf,
  type Hold,
  holdFlip,
  orderFlip,
  readReplicas,
  readSnapshot,
  recordFlip,
} from '@emotibot/flags'
import { onTestFinished, vi } from 'vitest'
import { type Side, startSide } from './side.ts'
import { type Facade, type Stage, setStage } from './stage.ts'

export const AUTH_ROUTES = movableRoutes.filter(({ domain }) => domain === 'auth').map(({ key }) => key)

type Place = { readonly stage: RouteStage; readonly share: number }

export const ON_SERVICE: Place = { stage: 'service', share: 100 }
export const canary = (share: number): Place => ({ stage: 'canary', share })

/** A stage with an auth service. Its ledger is written as the mover writes it: what is tested is who follows it. */
export type AuthStage = Stage & {
  readonly auth: Side
  /** Routes stand there for every live replica, `kept` partitions excepted. */
  place(routes: readonly string[], to: Place, kept?: readonly string[]): Promise<void>
  /** A flip is held by every live replica; answers its id. */
  hold(routes: readonly string[], to: Place, hold?: Partial<Hold>): Promise<string>
  /** The flip is done, and every live replica knows. */
  finish(flip: string): Promise<void>
  abandon(flip: string): Promise<void>
}

export async function setAuthStage(): Promise<AuthStage> {
  const stage = await setStage()
  const auth = await startSide('auth', [...AUTH_ROUTES])
  onTestFinished(() => auth.kill())
  const sql = openPostgres(stage.database.url, { applicationName: 'emotibot-test', max: 2 })
  onTestFinished(() => sql.end({ timeout: 1 }))
  const followed = async (turned: { version: number } | null) => {
    if (turned === null) throw new Error('The flip has ended otherwise.')
    await vi.waitFor(
      async () => {
        for (const { is_live, version, id } of await readReplicas(sql))
          if (is_live && version < turned.version) throw new Error(`${id} is at ${version}`)
      },
      { timeout: 10_000, interval: 5 },
    )
  }
  const flipTo = async (routes: readonly string[], to: Place) => {
    const now = await readSnapshot(sql)
    const moves = routes.map((route) => {
      const { stage: from, share, epoch } = flagOf(now, route)
      return { route, from: { stage: from, share }, to, epoch }
    })
    return {
      kind: 'flip',
      by: 'test',
      why: null,
      isForced: true,
      isForward: true,
      moves,
      alsoMoves: [],
    } as const
  }
  const ordered = async (routes: readonly string[], to: Place) =>
    appliedOrThrow(await orderFlip(sql, await flipTo(routes, to)))
  return {
    ...stage,
    auth,
    startFacade: (env = {}) => stage.startFacade({ EMOTIBOT_AUTH_URL: auth.url, ...env }),
    async place(routes, to, kept = []) {
      if (kept.length === 0) await followed(appliedOrThrow(await applyFlip(sql, await flipTo(routes, to))))
      else await followed(await recordFlip(sql, (await ordered(routes, to)).flip, { epochs: {}, kept }))
    },
    async hold(routes, to, hold = {}) {
      const { flip } = await ordered(routes, to)
      await followed(
        await holdFlip(sql, flip, [{ flip, routes, low: 0, high: 100, budgetMs: 5_000, ...hold }]),
      )
      return flip
    },
    finish: async (flip) => followed(await recordFlip(sql, flip, { epochs: {}, kept: [] })),
    abandon: async (flip) => followed(await abandonFlip(sql, flip, 'a test says so')),
  }
}

function appliedOrThrow(outcome: FlipOutcome) {
  if (!outcome.isApplied) throw new Error(outcome.reasons.join('; '))
  return outcome
}

export async function setAuthStageWithFacade(
  env?: Record<string, string>,
): Promise<AuthStage & { facade: Facade }> {
  const stage = await setAuthStage()
  return { ...stage, facade: await stage.startFacade(env) }
}

/** A token that nobody signed, which the facade only reads. */
export function tokenOf(username: string, sid = `session of ${username}`): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg: 'none' })}.${encode({ username, sid })}.x`
}
