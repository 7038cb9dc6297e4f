import { setTimeout as delay } from 'node:timers/promises'
import type { Mismatch } from '../compare/compare-runs.ts'
import { maskPaths } from '../compare/mask.ts'
import { createNaming } from '../compare/naming.ts'
import type { Target } from '../targets/target.ts'
import type { LeftRow, LeftRows } from './left-rows.ts'

/** The route that last writes a table's rows. */
const ROUTE_OF: Readonly<Record<string, string>> = {
  threads: 'conversation.create',
  conversations: 'conversation.send',
  feedback: 'emotion.feedback',
}

/** What every other target's people left behind, against the reference's. */
export async function compareLeftRows(
  reference: Target,
  others: readonly Target[],
): Promise<(Mismatch & { readonly target: string })[]> {
  const expected = await reference.leftRows?.()
  const found = []
  for (const { name: target, leftRows, serves } of others) {
    // A service by itself has not been walked by everybody.
    const isWhole = serves('ui.page')
    if (!expected || !isWhole || !leftRows) continue
    found.push(...(await compareAtRest(expected, leftRows)).map((mismatch) => ({ target, ...mismatch })))
  }
  return found
}

/** What accounts that were deleted left goes away a little later, wherever it was. */
const AT_REST_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 250

/** What people left behind, once it no longer differs, or does so for long. */
export async function compareAtRest(left: LeftRows, read: () => Promise<LeftRows>): Promise<Mismatch[]> {
  const deadline = performance.now() + AT_REST_WITHIN_MS
  for (;;) {
    const found = compareRows(left, await read())
    if (found.length === 0 || performance.now() > deadline) return found
    await delay(LOOK_EVERY_MS)
  }
}

/** What people left behind on two sides, ids and times written as their kind. */
export function compareRows(left: LeftRows, right: LeftRows): Mismatch[] {
  const owners = [...new Set([...left.keys(), ...right.keys()])]
  return owners.flatMap((owner) => {
    const [ours, theirs] = [canonical(left.get(owner)), canonical(right.get(owner))]
    const length = Math.max(ours.length, theirs.length)
    const places = Array.from({ length }, (_, at) => at).filter((at) => ours[at]?.text !== theirs[at]?.text)
    return places.map((at) => mismatchOf(owner, ours[at], theirs[at]))
  })
}

type Canonical = { readonly table: string; readonly text: string }

function canonical(rows: readonly LeftRow[] = []): Canonical[] {
  const naming = createNaming()
  return rows.map(({ table, values }) => ({
    table,
    text: `${table} ${JSON.stringify(maskPaths(values, Object.keys(values), naming))}`,
  }))
}

function mismatchOf(owner: string, left?: Canonical, right?: Canonical): Mismatch {
  const table = (left ?? right)?.table ?? ''
  return {
    scenario: 'the rows left behind',
    route: ROUTE_OF[table] ?? '',
    call: owner,
    part: 'rows',
    left: left?.text.slice(0, 400) ?? '(none)',
    right: right?.text.slice(0, 400) ?? '(none)',
  }
}
