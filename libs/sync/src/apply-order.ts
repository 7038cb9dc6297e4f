import type { Change } from './batch.ts'

/** Changes of one entity that are applied together. */
export type Run = { readonly entity: string; readonly changes: readonly Change[] }

/**
 * Rows before deletes, parents before children, and children's deletes before their parents'. Deletes come last
 * because a cascade leaves tombstones: a child that moved to another parent has to be there first.
 */
export function inApplyOrder(changes: readonly Change[], entities: readonly string[]): Run[] {
  const rows = entities.map((entity) => runOf(entity, changes, (change) => change.row !== null))
  const deletes = entities
    .toReversed()
    .map((entity) => runOf(entity, changes, (change) => change.row === null))
  return [...rows, ...deletes].filter((run) => run.changes.length > 0)
}

function runOf(entity: string, changes: readonly Change[], fits: (change: Change) => boolean): Run {
  return { entity, changes: changes.filter((change) => change.entity === entity && fits(change)) }
}
