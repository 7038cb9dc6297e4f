export { emotionEntities } from './emotion-entities.ts'
