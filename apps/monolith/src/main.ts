import { runApp } from '@emotibot/service-kit'
import { createApp } from './app.ts'
import { configSchema } from './config.ts'
import { StoreFileError } from './store/errors.ts'

await runApp(configSchema, createApp).catch((cause: unknown) => {
  if (!(cause instanceof StoreFileError)) throw cause
  process.stderr.write(`${cause.message}\n`)
  process.exit(1)
})
