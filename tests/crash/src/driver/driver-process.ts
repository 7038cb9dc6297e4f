// The mover, as shipped, in a process that asks before and after every step of a flip whether it may go on.
import { configSchema, createApp } from '@emotibot/mover'
import { runApp } from '@emotibot/service-kit'

const hub = process.env['CRASH_HUB_URL'] ?? ''
const name = process.env['CRASH_DRIVER'] ?? ''

/** The hub is gone when the test is over: then nothing is waited for any more. */
async function mayGoOn(step: string, moment: string): Promise<void> {
  const query = new URLSearchParams({ name, step, moment })
  const answer = await fetch(`${hub}?${query}`, { method: 'POST' }).catch(() => null)
  await answer?.arrayBuffer()
}

await runApp(configSchema, (config) => createApp(config, { onStep: mayGoOn }))
