import { runApp } from '@emotibot/service-kit'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'

await runApp(configSchema, createApp)
