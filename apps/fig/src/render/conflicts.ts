import type { CarveOutStatus } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { wrap } from './wrap.ts'

type Feed = CarveOutStatus['feeds'][number]
type Conflict = NonNullable<Feed['conflict_list']>[number]

/** Rows that both sides changed, as far as they are listed; no lines when there are none. */
export function renderConflicts({ domain, feeds }: CarveOutStatus, colors: Colors): string[] {
  const count = feeds.reduce((sum, { conflicts }) => sum + (conflicts ?? 0), 0)
  if (count === 0) return []
  const listed = feeds.flatMap(({ to, conflict_list }) =>
    (conflict_list ?? []).map((one) => conflictLine(to, one, colors)),
  )
  const more = count - listed.length
  return [
    `${domain}: changed on both sides, which must not happen; what lost is kept`,
    ...listed,
    ...(more > 0 ? [`  and ${more} more, listed once these are dismissed`] : []),
  ]
}

/** Its number and whose table holds it tell where to look. */
function conflictLine(
  to: Feed['to'],
  { id, entity, key, winner, epochs, at }: Conflict,
  colors: Colors,
): string {
  const other = winner === 'service' ? 'monolith' : 'service'
  const won = `the ${winner} (epoch ${epochs[winner]}, the ${other} ${epochs[other]})`
  return `  ${colors.red('x')} ${wrap(`${id} at the ${to}: ${entity} ${key}, kept: ${won}, ${at}`, 4)}`
}
