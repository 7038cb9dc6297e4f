// How a flip that moves data goes on in the ledger. Each call is one transaction under the ledger's lock, may be
// repeated, and answers the version that everybody has to route by; null when the flip has ended otherwise.
//
//   ordered ──holdFlip──► held ──recordFlip──► done
//      └───────abandonFlip─┴──► abandoned
import type { Sql, TransactionSql } from '@emotibot/db'
import type { FlipState } from '../flip-steps.ts'
import type { Hold } from '../hold.ts'
import { addAuditEntry } from './audit.ts'
import { moveRoute, readMoves } from './flip-rows.ts'
import { summaryOf } from './flips.ts'
import { setKeptPartitions } from './kept-partitions.ts'
import { changeLedger, nextVersion } from './ledger-state.ts'

export type Turned = { readonly version: number } | null

type FlipRow = {
  id: string
  kind: 'flip' | 'rollback'
  by: string
  why: string | null
  state: FlipState
  held_version: number | null
  ended_version: number | null
}

/** From now on every facade makes these requests wait. */
export function holdFlip(sql: Sql, flip: string, holds: readonly Hold[]): Promise<Turned> {
  return changeLedger(sql, async (tx) => {
    const row = await readFlip(tx, flip)
    if (row?.state === 'held') return turned(row.held_version)
    if (row?.state !== 'ordered') return null
    const version = await nextVersion(tx)
    await tx`
      update flips set state = 'held', held_at = clock_timestamp(), held_version = ${version} where id = ${flip}`
    for (const [place, { routes, low, high, budgetMs }] of holds.entries())
      await tx`
        insert into holds (flip, place, routes, low, high, budget_ms)
        values (${flip}, ${place}, ${[...routes]}, ${low}, ${high}, ${budgetMs})`
    return turned(version)
  })
}

export type Recorded = {
  /** Of the routes whose stores have moved, the epoch there; the others' grow by one. */
  readonly epochs: Readonly<Record<string, number>>
  /** Partitions that a roll back left on the service. */
  readonly kept: readonly string[]
}

/**
 * The stores have moved: routes follow, nobody is held any more. An epoch that is not above the ledger's own is raised
 * to be: past the commit point there is no way to refuse.
 */
export function recordFlip(sql: Sql, flip: string, { epochs, kept }: Recorded): Promise<Turned> {
  return changeLedger(sql, async (tx) => {
    const row = await readFlip(tx, flip)
    if (row?.state === 'done') return turned(row.ended_version)
    if (row?.state !== 'ordered' && row?.state !== 'held') return null
    const moves = await readMoves(tx, flip)
    const stay = kept.filter(isAskable)
    const version = await endFlip(tx, flip, { state: 'done', reason: null, kept: stay })
    for (const move of moves) {
      const epoch = Math.max(epochs[move.route] ?? 0, move.epoch + 1)
      await moveRoute(tx, move, { flip, by: row.by, epoch })
    }
    await setKeptPartitions(tx, moves, stay)
    await addAuditEntry(tx, { ...row, action: row.kind, flip, summary: summaryOf({ moves }) })
    return turned(version)
  })
}

/** Nothing has moved, or it was taken back: everything is as before, and nobody is held any more. */
export function abandonFlip(sql: Sql, flip: string, reason: string): Promise<Turned> {
  return changeLedger(sql, async (tx) => {
    const row = await readFlip(tx, flip)
    if (row?.state === 'abandoned') return turned(row.ended_version)
    if (row?.state !== 'ordered' && row?.state !== 'held') return null
    return turned(await abandon(tx, row, reason))
  })
}

export async function readFlip(tx: TransactionSql, flip: string): Promise<FlipRow | undefined> {
  const [row] = await tx<FlipRow[]>`
    select id, kind, by_whom as by, why, state, held_version, ended_version from flips where id = ${flip}`
  return row
}

type Abandoned = { readonly id: string; readonly by: string }

/** Within a change of the ledger, of an open flip. */
export async function abandon(tx: TransactionSql, { id, by }: Abandoned, why: string): Promise<number> {
  const reason = why.replaceAll(NUL, '')
  const summary = `${summaryOf({ moves: await readMoves(tx, id) })}: ${reason}`
  const version = await endFlip(tx, id, { state: 'abandoned', reason, kept: [] })
  await addAuditEntry(tx, { by, action: 'abandoned', flip: id, summary, why: reason })
  return version
}

type Ending = {
  readonly state: 'done' | 'abandoned'
  readonly reason: string | null
  readonly kept: readonly string[]
}

async function endFlip(tx: TransactionSql, flip: string, { state, reason, kept }: Ending): Promise<number> {
  const version = await nextVersion(tx)
  await tx`delete from holds where flip = ${flip}`
  await tx`
    update flips set state = ${state}, reason = ${reason}, kept = ${[...kept]},
      ended_at = clock_timestamp(), ended_version = ${version}
    where id = ${flip}`
  return version
}

/** What Postgres has no place for: it must not keep a flip from ending. */
const NUL = '\0'

/** No request comes under a name with a NUL, which a legacy row may have: nobody need know where it is answered. */
const isAskable = (partition: string): boolean => !partition.includes(NUL)

/** A version that is missing is from a flip that needed none: whatever is routed by, it is at least that. */
const turned = (version: number | null): Turned => ({ version: version ?? 0 })
