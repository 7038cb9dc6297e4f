export { createApp } from './app.ts'
export { type ConversationConfig, configSchema } from './config.ts'
export { schemaSteps } from './schema-steps.ts'
