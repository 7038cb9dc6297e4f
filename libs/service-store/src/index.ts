export { type AnswersTable, answersTable, answersTableSql } from './answers-table.ts'
export { forgetAnswers } from './kept-answers.ts'
export { type PurgeOptions, purgeAnswers } from './purge-answers.ts'
export { createStore, type Reader, type Store, type Tx, type WriteScope, type Written } from './store.ts'
export { unlessStale } from './unless-stale.ts'
export {
  createWriteRoute,
  type Success,
  type WriteHandler,
  type WriteRoute,
  type WriteRouteDeps,
} from './write-route.ts'
