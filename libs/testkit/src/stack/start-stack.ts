// Everything on real stores, in the order in which one needs the other:
//
//   ledger ─► monolith ─► auth ─► mover ─► facades ─► backfill, both feeds run out ─► stages
//
// Addresses of auth and the mover are chosen first: the monolith reads auth's keys, the facades command the mover.
import { type Client, createClient, type Stage } from '@emotibot/contracts'
import { freePort } from '@emotibot/db'
import { createTestDatabase } from '@emotibot/db/testing'
import { once, type RunningApp, type StartOptions } from '../apps/running-app.ts'
import { startAi } from '../apps/start-ai.ts'
import { type Auth, startAuth } from '../apps/start-auth.ts'
import { startEmotion } from '../apps/start-emotion.ts'
import { type Facade, startFacade } from '../apps/start-facade.ts'
import { type Monolith, startMonolith } from '../apps/start-monolith.ts'
import { type Mover, startMover } from '../apps/start-mover.ts'
import { createUser, type NewUser, type TestUser } from '../users/create-user.ts'
import { createOperator, type Operator } from './control.ts'
import { beginCarveOut, untilInStep } from './in-step.ts'

/** Where a route stands when the stack is ready. */
export type Place = { readonly to: Stage; readonly share?: number }

type Settings = NonNullable<StartOptions['env']>
type AppName = 'monolith' | 'emotion' | 'ai' | 'auth' | 'mover' | 'facade'

export type StackOptions = {
  readonly processes?: boolean
  /** Asked for one after another, in this order. */
  readonly stages?: Readonly<Record<string, Place>>
  /** An old EmotiBot's file for the monolith. */
  readonly file?: string
  /** Settings of each app, over those it gets anyway. */
  readonly env?: Partial<Readonly<Record<AppName, Settings>>>
  /** With the auth service and the mover, and auth carved out: backfilled, both feeds run out. */
  readonly carvedOut?: boolean
  /** Replicas of the front door on one ledger; 1 unless given. */
  readonly facades?: number
  /** Another program that hosts the mover, as a process. */
  readonly moverMain?: string
  /** Where the databases are made; on the server that all tests share unless given. */
  readonly createDatabase?: () => Promise<{ readonly url: string; drop(): Promise<void> }>
}

export type Stack = Operator & {
  readonly monolith: Monolith
  readonly emotion: RunningApp
  readonly ai: RunningApp
  readonly auth: Auth | null
  readonly mover: Mover | null
  /** The first of the facades. */
  readonly facade: Facade
  readonly facades: readonly Facade[]
  /** A typed client of the front door: of nobody, or of a user by bearer. */
  client(user?: TestUser): Client
  /** Registers somebody new through the front door and signs them in. */
  createUser(wanted?: NewUser): Promise<TestUser>
  close(): Promise<void>
}

export type CarvedOutStack = Stack & {
  readonly auth: Auth
  readonly mover: Mover
  /** Waits until both feeds have run out. */
  untilInStep(): Promise<void>
}

/** The whole system as this version ships it: monolith, services, and the front door before them. */
export async function startStack(
  options: StackOptions & { readonly carvedOut: true },
): Promise<CarvedOutStack>
export async function startStack(options?: StackOptions): Promise<Stack>
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started: (() => Promise<void>)[] = []
  const close = once(async () => {
    for (const end of started) await end()
  })
  try {
    return await startAll(options, { keep: (end) => void started.unshift(end), close })
  } catch (cause) {
    await close()
    throw cause
  }
}

type Keeper = { readonly keep: (end: () => Promise<void>) => void; readonly close: () => Promise<void> }

async function startAll(options: StackOptions, { keep, close }: Keeper): Promise<Stack> {
  const { processes = false, env = {}, file, stages = {}, facades: count = 1, carvedOut = false } = options
  const createDatabase = options.createDatabase ?? createTestDatabase
  const kept = async <A extends RunningApp>(starting: Promise<A>): Promise<A> => {
    const app = await starting
    keep(app.close)
    return app
  }
  const ledger = await createDatabase()
  keep(ledger.drop)
  const ports = { auth: String(await freePort(0)), mover: String(await freePort(0)) }
  const authAddress: Settings = carvedOut ? { EMOTIBOT_AUTH_URL: `http://127.0.0.1:${ports.auth}` } : {}
  const legacy = { processes, env: { ...authAddress, ...env.monolith }, ...(file ? { file } : {}) }
  const monolith = await kept(startMonolith(legacy))
  const emotion = await kept(startEmotion({ processes, env: env.emotion ?? {} }))
  const ai = await kept(startAi({ processes, emotion, env: env.ai ?? {} }))

  async function startCarveOut() {
    const database = await createDatabase()
    keep(database.drop)
    const { secret } = monolith
    const common = { processes, secret, databaseUrl: database.url }
    const ownEnv = (name: 'auth' | 'mover') => ({ EMOTIBOT_PORT: ports[name], ...env[name] })
    const auth = await kept(startAuth({ ...common, env: ownEnv('auth') }))
    const main = options.moverMain ? { main: options.moverMain } : {}
    const moved = { ...common, ...main, file: monolith.file, ledgerUrl: ledger.url }
    return { auth, mover: await kept(startMover({ ...moved, env: ownEnv('mover') })) }
  }
  const carveOut = carvedOut ? await startCarveOut() : null

  async function startFacades(): Promise<[Facade, ...Facade[]]> {
    const one = () => {
      const neighbours = { monolith, emotion, ai, ...carveOut }
      return kept(startFacade({ processes, env: env.facade ?? {}, ...neighbours, ledgerUrl: ledger.url }))
    }
    const first = await one()
    const others = await Promise.all(Array.from({ length: count - 1 }, one))
    return [first, ...others]
  }
  const facades = await startFacades()
  const [facade] = facades
  const operator = createOperator(facade)
  if (carveOut) await beginCarveOut(operator, carveOut.mover)
  for (const [name, { to, share }] of Object.entries(stages)) await operator.flip([name], to, share)
  const inStep = carveOut ? { untilInStep: () => untilInStep(carveOut.mover) } : {}
  return {
    monolith,
    emotion,
    ai,
    auth: carveOut?.auth ?? null,
    mover: carveOut?.mover ?? null,
    facade,
    facades,
    ...operator,
    ...inStep,
    client: (user) => clientOf(facade.url, user),
    createUser: (wanted) => createUser(facade.url, wanted),
    close,
  }
}

function clientOf(baseUrl: string, user?: TestUser): Client {
  return createClient(user ? { baseUrl, headers: () => user.bearer } : { baseUrl })
}
