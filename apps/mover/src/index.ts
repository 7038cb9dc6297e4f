export { createApp, type MoverOptions } from './app.ts'
export { configSchema, type MoverConfig } from './config.ts'
export type { StepHook } from './flip/driver.ts'
