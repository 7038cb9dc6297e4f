import { domainsRead, isCarvedOut, type RouteDefinition } from '@emotibot/contracts'
import { flagOf, type Snapshot } from '../snapshot.ts'
import { isForward, isSamePlace, type Place, type PlannedMove } from './move.ts'

/** A route, and the move it is to make. */
export type Candidate = { readonly route: RouteDefinition; readonly move: PlannedMove }

/** Names and e-mails have one home: who claims them is on one side, whatever the share. */
export const isNeverSplit = ({ group }: RouteDefinition): boolean => group === 'auth.claim'

/** The move of a route to a place, planned on the epoch it has now. */
export function candidateTo(route: RouteDefinition, to: Place, snapshot: Snapshot): Candidate {
  const { stage, share, epoch } = flagOf(snapshot, route.key)
  return { route, move: { route: route.key, from: { stage, share }, to, epoch } }
}

/** Whether the move changes anything. Where a roll back left partitions behind, repeating it moves the rest. */
export function isMoving({ move }: Candidate, snapshot: Snapshot): boolean {
  return !isSamePlace(move.from, move.to) || flagOf(snapshot, move.route).kept.length > 0
}

/** Whether rows change their owner by it: then the mover carries it out, else the ledger alone does. */
export function isDataMove({ route, move }: Candidate, snapshot: Snapshot): boolean {
  if (!isCarvedOut(route) || route.group === null) return false
  const bringsRest = !isForward(move) && flagOf(snapshot, move.route).kept.length > 0
  return move.from.share !== move.to.share || bringsRest
}

/** Whose rows its service must hold before it is asked. One without a store of its own asks those that have one. */
export const storesNeeded = ({ route }: Candidate): string[] => (isCarvedOut(route) ? domainsRead(route) : [])

/** Which domains, each once. */
export const domainsOf = (candidates: readonly Candidate[]): string[] => [
  ...new Set(candidates.map(({ route }) => route.domain)),
]
