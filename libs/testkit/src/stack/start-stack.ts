// Everything on real stores, in the order in which one needs the other:
//
//   ledger ─► monolith ─► services ─► mover ─► ai, facades ─► backfill, all feeds run out ─► stages
import { type Client, createClient, type Stage } from '@emotibot/contracts'
import { createTestDatabase } from '@emotibot/db/testing'
import { once, type RunningApp, type StartOptions } from '../apps/running-app.ts'
import { startAi } from '../apps/start-ai.ts'
import type { Auth } from '../apps/start-auth.ts'
import type { Conversation } from '../apps/start-conversation.ts'
import type { Emotion } from '../apps/start-emotion.ts'
import type { Facade } from '../apps/start-facade.ts'
import { type Monolith, startMonolith } from '../apps/start-monolith.ts'
import type { Mover } from '../apps/start-mover.ts'
import { createUser, type NewUser, type TestUser } from '../users/create-user.ts'
import { chooseAddresses } from './addresses.ts'
import { createOperator, type Operator } from './control.ts'
import { beginCarveOuts, untilInStep } from './in-step.ts'
import { startFacades } from './start-facades.ts'
import { type CarvedDomain, type CarvedServices, startServices } from './start-services.ts'

/** Where a route stands when the stack is ready. */
export type Place = { readonly to: Stage; readonly share?: number }

export type Settings = NonNullable<StartOptions['env']>
type AppName = 'monolith' | 'emotion' | 'conversation' | 'ai' | 'auth' | 'mover' | 'facade'

export type StackOptions = {
  readonly processes?: boolean
  /** Asked for one after another, in this order. */
  readonly stages?: Readonly<Record<string, Place>>
  /** An old EmotiBot's file for the monolith. */
  readonly file?: string
  /** Settings of each app, over those it gets anyway. */
  readonly env?: Partial<Readonly<Record<AppName, Settings>>>
  /**
   * With the services of these domains over databases, and the mover: all of them backfilled, their feeds run out.
   * `true` is auth alone.
   */
  readonly carvedOut?: boolean | readonly CarvedDomain[]
  /** Replicas of the front door on one ledger; 1 unless given. */
  readonly facades?: number
  /** Another program that hosts the mover, as a process. */
  readonly moverMain?: string
  /** Where the databases are made; on the server that all tests share unless given. */
  readonly createDatabase?: () => Promise<{ readonly url: string; drop(): Promise<void> }>
}

export type Stack = Operator & {
  readonly monolith: Monolith
  readonly emotion: Emotion
  readonly conversation: Conversation | null
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

/** With the services of these domains. */
export type CarvedOutStack<D extends CarvedDomain = 'auth'> = Stack &
  Pick<CarvedServices, D> & {
    readonly mover: Mover
    /** Waits until all feeds have run out. */
    untilInStep(): Promise<void>
  }

/** The whole system as this version ships it: monolith, services, and the front door before them. */
export async function startStack(
  options: StackOptions & { readonly carvedOut: true },
): Promise<CarvedOutStack>
export async function startStack<D extends CarvedDomain>(
  options: StackOptions & { readonly carvedOut: readonly D[] },
): Promise<CarvedOutStack<D>>
export async function startStack(options?: StackOptions): Promise<Stack>
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const started: (() => Promise<void>)[] = []
  const close = once(async () => {
    for (const end of started) await end()
  })
  const keep = (end: () => Promise<void>) => void started.unshift(end)
  const kept = async <A extends RunningApp>(starting: Promise<A>): Promise<A> => {
    const app = await starting
    keep(app.close)
    return app
  }
  try {
    return await startAll(options, { keep, kept, close })
  } catch (cause) {
    await close()
    throw cause
  }
}

/** What has to end with the stack, the last first. */
export type Keeper = {
  readonly keep: (end: () => Promise<void>) => void
  readonly kept: <A extends RunningApp>(starting: Promise<A>) => Promise<A>
  readonly close: () => Promise<void>
}

async function startAll(options: StackOptions, keeper: Keeper): Promise<Stack> {
  const { processes = false, env = {}, file, stages = {} } = options
  const { keep, kept, close } = keeper
  const domains = domainsOf(options)
  const createDatabase = options.createDatabase ?? createTestDatabase
  const addresses = await chooseAddresses()
  const ledger = await createDatabase()
  keep(ledger.drop)
  const authAddress: Settings = domains.includes('auth') ? { EMOTIBOT_AUTH_URL: addresses.auth.url } : {}
  const legacy = { processes, env: { ...authAddress, ...env.monolith }, ...(file ? { file } : {}) }
  const monolith = await kept(startMonolith(legacy))
  const context = { ...keeper, options, addresses, monolith, ledgerUrl: ledger.url, createDatabase }
  const services = await startServices(domains, context)
  const internalUrl = addresses.internal.url
  const { secret } = monolith
  const ai = await kept(startAi({ processes, internalUrl, secret, env: { ...authAddress, ...env.ai } }))
  const facades = await startFacades(options, {
    monolith,
    ai,
    ...services,
    ledgerUrl: ledger.url,
    internalPort: Number(addresses.internal.port),
    kept,
  })
  const [facade] = facades
  const operator = createOperator(facade)
  const { mover } = services
  if (mover) await beginCarveOuts(operator, mover, domains)
  for (const [name, { to, share }] of Object.entries(stages)) await operator.flip([name], to, share)
  return {
    monolith,
    ai,
    ...services,
    facade,
    facades,
    ...operator,
    ...(mover ? { untilInStep: () => untilInStep(mover) } : {}),
    client: (user) => clientOf(facade.url, user),
    createUser: (wanted) => createUser(facade.url, wanted),
    close,
  }
}

function domainsOf({ carvedOut = false }: StackOptions): readonly CarvedDomain[] {
  if (typeof carvedOut === 'boolean') return carvedOut ? ['auth'] : []
  return carvedOut
}

function clientOf(baseUrl: string, user?: TestUser): Client {
  return createClient(user ? { baseUrl, headers: () => user.bearer } : { baseUrl })
}
