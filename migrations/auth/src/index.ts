export { MappingError } from './errors.ts'
export type { KeptValue, LegacyValue } from './legacy-values.ts'
export { type LegacySessionRow, type ServiceSessionRow, sessionLens } from './session-lens.ts'
export { type LegacyUserRow, type ServiceUserRow, userLens } from './user-lens.ts'
