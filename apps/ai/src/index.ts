export { createApp } from './app.ts'
export { configSchema } from './config.ts'
