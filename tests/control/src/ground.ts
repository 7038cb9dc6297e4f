// Everything a flip of auth needs, on real stores, and fig as people call it.
import { freePort } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { plainColors, runFig, type Terminal } from '@emotibot/fig'
import {
  type Auth,
  type Facade,
  type Monolith,
  type Mover,
  startAuth,
  startEmotion,
  startFacade,
  startMonolith,
  startMover,
  until,
} from '@emotibot/testkit'
import { onTestFinished } from 'vitest'
import { takePicture } from './picture.ts'

export type Ended = { readonly exitCode: number; readonly out: string; readonly err: string }

export type FigCalls = {
  fig(...args: string[]): Promise<Ended>
  /** A command line that must succeed; answers what it printed. */
  done(...args: string[]): Promise<string>
  /** Resolves once a plan of this flip is not refused any more. */
  untilFree(...args: string[]): Promise<void>
}

export type Ground = FigCalls & {
  readonly monolith: Monolith
  readonly auth: Auth
  readonly mover: Mover
  readonly facade: Facade
  /** The ledger without its audit, who owns what in both stores, and all accounts and sessions. */
  picture(): Promise<unknown>
}

/** Nothing is copied yet. The mover is a process, which can be killed and frozen; `env` is its own. */
export async function startGround(env: Readonly<Record<string, string>> = {}): Promise<Ground> {
  const keep = <A extends { close(): Promise<void> }>(app: A): A => {
    onTestFinished(() => app.close())
    return app
  }
  const [ledger, database] = await Promise.all([createTestDatabase(), createTestDatabase()])
  onTestFinished(async () => {
    await Promise.all([ledger.drop(), database.drop()])
  })
  const authPort = String(await freePort(0))
  const authUrl = `http://127.0.0.1:${authPort}`
  const monolith = keep(await startMonolith({ env: { EMOTIBOT_AUTH_URL: authUrl } }))
  const { secret, file } = monolith
  const [databaseUrl, ledgerUrl] = [database.url, ledger.url]
  const auth = keep(await startAuth({ secret, databaseUrl, env: { EMOTIBOT_PORT: authPort } }))
  const emotion = keep(await startEmotion())
  const mover = keep(await startMover({ processes: true, secret, file, databaseUrl, ledgerUrl, env }))
  const facade = keep(await startFacade({ monolith, emotion, auth, mover, ledgerUrl }))
  return {
    monolith,
    auth,
    mover,
    facade,
    ...figOf(facade),
    picture: () => takePicture({ file, authUrl: databaseUrl, ledgerUrl }),
  }
}

/** fig as an operator calls it, at a front door. */
export function figOf(facade: Facade): FigCalls {
  const fig = (...args: string[]) => runFigAt(facade, args)
  return {
    fig,
    done: async (...args) => {
      const { exitCode, out, err } = await fig(...args)
      if (exitCode !== 0) throw new Error(`fig ${args.join(' ')} ended with ${exitCode}: ${out}${err}`)
      return out
    },
    untilFree: async (...args) => {
      await until('nothing stands in the way', async () => (await fig('plan', ...args)).exitCode === 0)
    },
  }
}

async function runFigAt({ control, operatorToken }: Facade, args: readonly string[]): Promise<Ended> {
  const [out, err] = [collector(), collector()]
  const env = { EMOTIBOT_CONTROL_URL: control, EMOTIBOT_OPERATOR_TOKEN: operatorToken }
  const surroundings = { env, root: '/nowhere', out: out.terminal, err: err.terminal, ask: null }
  const exitCode = await runFig(args, surroundings)
  return { exitCode, out: out.text(), err: err.text() }
}

function collector(): { terminal: Terminal; text: () => string } {
  let collected = ''
  const write = (text: string) => {
    collected += text
  }
  return { terminal: { isTty: false, colors: plainColors, write }, text: () => collected }
}
