import { type Client, createClient, type Stage } from '@emotibot/contracts'
import { once, type RunningApp, type StartOptions } from '../apps/running-app.ts'
import { startEmotion } from '../apps/start-emotion.ts'
import { type Facade, startFacade } from '../apps/start-facade.ts'
import { type Monolith, startMonolith } from '../apps/start-monolith.ts'
import { createUser, type NewUser, type TestUser } from '../users/create-user.ts'
import { createOperator, type Operator } from './control.ts'

/** Where a route stands when the stack is ready. */
export type Place = { readonly to: Stage; readonly share?: number }

type Settings = NonNullable<StartOptions['env']>

export type StackOptions = {
  readonly processes?: boolean
  readonly stages?: Readonly<Record<string, Place>>
  /** An old EmotiBot's file for the monolith. */
  readonly file?: string
  /** Settings of each app, over those it gets anyway. */
  readonly env?: { readonly monolith?: Settings; readonly emotion?: Settings; readonly facade?: Settings }
}

export type Stack = Pick<Operator, 'flip' | 'rollback' | 'status'> & {
  readonly monolith: Monolith
  readonly emotion: RunningApp
  readonly facade: Facade
  /** A typed client of the front door: of nobody, or of a user by bearer. */
  client(user?: TestUser): Client
  /** Registers somebody new through the front door and signs them in. */
  createUser(wanted?: NewUser): Promise<TestUser>
  close(): Promise<void>
}

/** The whole system as this version ships it: monolith, services, and the front door before them. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { processes = false, env = {}, file, stages = {} } = options
  const started: RunningApp[] = []
  const keep = <A extends RunningApp>(app: A): A => {
    started.unshift(app)
    return app
  }
  const close = once(async () => {
    for (const app of started) await app.close()
  })
  try {
    const monolith = keep(
      await startMonolith({ processes, env: env.monolith ?? {}, ...(file ? { file } : {}) }),
    )
    const emotion = keep(await startEmotion({ processes, env: env.emotion ?? {} }))
    const facade = keep(await startFacade({ processes, env: env.facade ?? {}, monolith, emotion }))
    const operator = createOperator(facade)
    for (const [name, { to, share }] of Object.entries(stages)) await operator.flip([name], to, share)
    return {
      monolith,
      emotion,
      facade,
      ...operator,
      client: (user) => clientOf(facade.url, user),
      createUser: (wanted) => createUser(facade.url, wanted),
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

function clientOf(baseUrl: string, user?: TestUser): Client {
  return createClient(user ? { baseUrl, headers: () => user.bearer } : { baseUrl })
}
