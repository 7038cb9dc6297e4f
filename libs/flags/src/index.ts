export { type Decision, decide, type Subject } from './decide.ts'
export {
  addAuditEntry,
  readAudit,
  setFrozen,
} from './ledger/audit.ts'
export { applyFlip, type FlipOutcome, type FlipToApply, summaryOf } from './ledger/flips.ts'
export { LEDGER_CHANNEL, readSnapshot, readVersion } from './ledger/ledger-state.ts'
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
export { ledgerSteps } from './ledger/schema.ts'
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
