export { createApp } from './app.ts'
export { type AuthConfig, configSchema } from './config.ts'
export { schemaSteps } from './schema-steps.ts'
