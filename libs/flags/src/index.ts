export { BUCKETS, bucketOf } from './bucket.ts'
export { type Decision, decide, type Subject } from './decide.ts'
export * from './snapshot.ts'
