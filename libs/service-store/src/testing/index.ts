export { Line } from './line.ts'
export { createTestStore, ownerStep, type TestStore } from './test-store.ts'
