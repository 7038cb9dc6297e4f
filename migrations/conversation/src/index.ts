export { conversationEntities } from './conversation-entities.ts'
export { type LegacyTurnRow, type ServiceTurn, turnLens } from './turn-lens.ts'
