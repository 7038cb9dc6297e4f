export { createApp } from './app.ts'
export { configSchema, type MoverConfig } from './config.ts'
