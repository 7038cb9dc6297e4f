import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openPostgres } from '@emotibot/db'
import { applyFlip } from '@emotibot/flags'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { openGate } from './gate.ts'
import { newToken } from './replica.ts'
import { type SessionSide, startSessionSide } from './session-side.ts'
import { setStage } from './stage.ts'

const MOVED = ['auth.login', 'auth.logout', 'auth.logout_all', 'auth.me', 'auth.password']

/** A facade by its URL, in this process or in one of its own. */
export class Door {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  ask(method: string, path: string, headers: Record<string, string>): Promise<Response> {
    return fetch(this.url + path, { method, headers })
  }

  /** Of a route that is on the monolith, which hears nothing of the auth service. */
  async list(token: string): Promise<number> {
    return await statusOf(this.ask('GET', '/api/conversations', bearer(token)))
  }

  async logout(token: string, path = '/api/auth/logout'): Promise<number> {
    return await statusOf(this.ask('POST', path, bearer(token)))
  }

  async openSocket(token: string): Promise<WebSocket> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/ws`, { headers: bearer(token) })
    onTestFinished(() => socket.terminate())
    await once(socket, 'open')
    return socket
  }
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function statusOf(answer: Promise<Response>): Promise<number> {
  const { status, body } = await answer
  await body?.cancel()
  return status
}

export type FacadeProcess = { readonly door: Door; readonly child: ChildProcess }

/** Sessions are the auth service's, conversations still the monolith's, and nothing moves between their stores. */
export async function setSessionStage() {
  const stage = await setStage()
  const [monolith, auth] = await Promise.all([startSessionSide('monolith'), startSessionSide('auth')])
  auth.isOwner = true
  onTestFinished(async () => {
    await Promise.all([monolith.side.kill(), auth.side.kill()])
  })
  await moveAuth(stage.database.url)
  const { gate, url: gatedUrl } = await openGate(stage.database.url)
  const env = { EMOTIBOT_MONOLITH_URL: monolith.side.url, EMOTIBOT_AUTH_URL: auth.side.url }
  const behindGate = { LEDGER_DATABASE_URL: gatedUrl }
  return {
    monolith,
    auth,
    /** The wire to the ledger of those started behind it. */
    gate,
    startDoor: async ({ isBehindGate = false } = {}) =>
      new Door((await stage.startFacade({ ...env, ...(isBehindGate ? behindGate : {}) })).main),
    startProcess: () =>
      startFacadeProcess({
        ...env,
        LEDGER_DATABASE_URL: stage.database.url,
        EMOTIBOT_OPERATORS_FILE: stage.operatorsFile,
        EMOTIBOT_SNAPSHOT_FILE: `${stage.folder}/process-snapshot.json`,
        EMOTIBOT_RATE_LIMIT: '0',
        EMOTIBOT_LOG_LEVEL: 'silent',
      }),
    /** Somebody signed in, as both stores know. */
    signIn(username = 'ann') {
      const session = newToken(username)
      for (const side of [monolith, auth] satisfies SessionSide[]) side.sids.add(session.sid)
      return session
    },
  }
}

async function moveAuth(ledgerUrl: string): Promise<void> {
  const sql = openPostgres(ledgerUrl, { applicationName: 'test' })
  const from = { stage: 'monolith', share: 0 } as const
  const to = { stage: 'service', share: 100 } as const
  const moves = MOVED.map((route) => ({ route, from, to, epoch: 0 }))
  const own = {
    kind: 'flip',
    by: 'test',
    why: null,
    isForced: false,
    isForward: true,
    alsoMoves: [],
  } as const
  const outcome = await applyFlip(sql, { ...own, moves })
  await sql.end({ timeout: 1 })
  if (!outcome.isApplied) throw new Error(outcome.reasons.join())
}

async function startFacadeProcess(env: Record<string, string>): Promise<FacadeProcess> {
  const child = fork(fileURLToPath(new URL('./facade-process.ts', import.meta.url)), {
    env,
    stdio: 'inherit',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  return { door: new Door(url), child }
}
