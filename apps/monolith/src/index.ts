export { createApp } from './app.ts'
export { configSchema, type MonolithConfig } from './config.ts'
