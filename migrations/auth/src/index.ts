export { authEntities } from './auth-entities.ts'
export { type LegacySessionRow, type ServiceSessionRow, sessionLens } from './session-lens.ts'
export { type LegacyUserRow, type ServiceUserRow, userLens } from './user-lens.ts'
