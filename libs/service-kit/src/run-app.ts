import closeWithGrace from 'close-with-grace'
import { type Config, ConfigError, type ConfigSchema, loadConfig } from './config.ts'
import { exitWithParent } from './exit-with-parent.ts'

/** A whole process: what it listens on, and how it stops. */
export type App = {
  /** Starts to listen; resolves to the URLs by name, `main` being the first. */
  listen(): Promise<Readonly<Record<string, string>>>
  /** Stops taking work, finishes what is under way, and releases everything. */
  close(): Promise<void>
}

const GRACE_MS = 10_000

/** How a process ends whose port somebody else has: `EX_TEMPFAIL` of BSD's sysexits, try again on another. */
export const EXIT_PORT_TAKEN = 75

/** What an app's `main.ts` does: read the environment, start, stop in order on a signal or when the parent is gone. */
export async function runApp<S extends ConfigSchema>(
  schema: S,
  createApp: (config: Config<S>) => Promise<App> | App,
): Promise<void> {
  const app = await createApp(configOrExit(schema))
  closeWithGrace({ delay: GRACE_MS, logger: false }, async ({ err }) => {
    if (err) process.stderr.write(`${err.stack ?? err.message}\n`)
    await app.close()
  })
  exitWithParent()
  await app.listen().catch(exitIfPortTaken)
  // A supervisor must not take another program on our port for us.
  process.send?.('listening')
}

function exitIfPortTaken(cause: NodeJS.ErrnoException): never {
  if (cause.code !== 'EADDRINUSE') throw cause
  process.stderr.write(`${cause.message}: stop what listens there, or choose another port.\n`)
  process.exit(EXIT_PORT_TAKEN)
}

function configOrExit<S extends ConfigSchema>(schema: S): Config<S> {
  try {
    return loadConfig(schema, process.env)
  } catch (cause) {
    if (!(cause instanceof ConfigError)) throw cause
    process.stderr.write(`${cause.message}\n`)
    process.exit(2)
  }
}
