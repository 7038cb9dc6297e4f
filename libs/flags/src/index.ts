export { type Decision, decide, type Subject } from './decide.ts'
export { FLIP_STATES, FLIP_STEPS, type FlipState, type FlipStep } from './flip-steps.ts'
export { type Hold, holdOf } from './hold.ts'
export { type AbortRequest, askToAbort } from './ledger/abort-flip.ts'
export {
  addAuditEntry,
  readAudit,
} from './ledger/audit.ts'
export { readDataFlips } from './ledger/data-flips.ts'
export type { FlipOutcome, FlipToApply } from './ledger/flip-rows.ts'
export { applyFlip, summaryOf } from './ledger/flips.ts'
export { setFrozen } from './ledger/freeze.ts'
export { LEDGER_CHANNEL, readSnapshot, readVersion } from './ledger/ledger-state.ts'
export { type OpenFlip, readFlipState, readOpenFlips } from './ledger/open-flips.ts'
export { orderFlip } from './ledger/order-flip.ts'
export {
  type Acknowledgement,
  keepAcknowledgements,
  readLaterFlips,
  readReceipt,
} from './ledger/receipts.ts'
export {
  acknowledge,
  forgetLostReplicas,
  readReplicas,
  sayGoodbye,
} from './ledger/replicas.ts'
export { REVOCATIONS_CHANNEL } from './ledger/revocation-steps.ts'
export {
  countUnaware,
  forgetOldRevocations,
  hasRevocation,
  markRevocationsSeen,
  REVOCATION_LEASE_MS,
  type Revocation,
  readRevocations,
  revokeSessions,
} from './ledger/revocations.ts'
export { ledgerSteps } from './ledger/schema.ts'
export {
  abandonFlip,
  holdFlip,
  type Recorded,
  recordFlip,
  type Turned,
} from './ledger/turn-flip.ts'
export { noteWaits, type Waits } from './ledger/waits.ts'
export {
  type CarveOutFacts,
  carveOutFacts,
  type DataFlips,
  type FeedFacts,
  type MoverWords,
} from './plan/carve-out-facts.ts'
export type { PlannedMove } from './plan/move.ts'
export { type FlipToPlan, planFlip, type UnknownNames } from './plan/plan-flip.ts'
export { type FlipToUndo, planRollback, planRollbackOfAll, planUndo } from './plan/plan-rollback.ts'
export type { Planned } from './plan/planned.ts'
export type { Gates, ServiceFacts } from './plan/refusals.ts'
export { VALID_NAMES } from './plan/select-routes.ts'
export {
  EMPTY_SNAPSHOT,
  flagOf,
  parseSnapshotOrThrow,
  type RouteFlag,
  type Snapshot,
  serializeSnapshot,
} from './snapshot.ts'
