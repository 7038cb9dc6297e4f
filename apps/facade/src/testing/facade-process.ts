import { loadConfig } from '@emotibot/service-kit'
import { createApp } from '../app.ts'
import { configSchema } from '../config.ts'

/** A facade in a process of its own, for tests that kill it or stop it where it stands. Ends with its parent. */
const app = await createApp(loadConfig(configSchema, process.env))
const { main } = await app.listen()
process.send?.({ url: main })
process.once('disconnect', () => process.exit())
