export { createTestStore, ownerStep, type TestStore } from './test-store.ts'
