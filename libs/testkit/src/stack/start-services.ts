import { type Auth, startAuth } from '../apps/start-auth.ts'
import { type Conversation, startConversation } from '../apps/start-conversation.ts'
import { type Emotion, startEmotion } from '../apps/start-emotion.ts'
import type { Monolith } from '../apps/start-monolith.ts'
import { type Mover, startMover } from '../apps/start-mover.ts'
import type { chooseAddresses } from './addresses.ts'
import type { Keeper, Settings, StackOptions } from './start-stack.ts'

/** Domains whose data can be carved out, and the service of each. */
export type CarvedServices = {
  readonly auth: Auth
  readonly emotion: Emotion
  readonly conversation: Conversation
}
export type CarvedDomain = keyof CarvedServices

export type ServicesContext = Keeper & {
  readonly options: StackOptions
  readonly addresses: Awaited<ReturnType<typeof chooseAddresses>>
  readonly monolith: Monolith
  readonly ledgerUrl: string
  readonly createDatabase: NonNullable<StackOptions['createDatabase']>
}

export type Services = {
  readonly auth: Auth | null
  readonly emotion: Emotion
  readonly conversation: Conversation | null
  readonly mover: Mover | null
}

/** The services of these domains with their databases, and the mover over them; emotion is there in any case. */
export async function startServices(
  domains: readonly CarvedDomain[],
  context: ServicesContext,
): Promise<Services> {
  const { options, addresses, monolith, createDatabase, keep, kept } = context
  const { processes = false, env = {} } = options
  const { secret } = monolith
  const databaseUrls: Partial<Record<CarvedDomain, string>> = {}
  for (const domain of domains) {
    const database = await createDatabase()
    keep(database.drop)
    databaseUrls[domain] = database.url
  }

  function common(name: CarvedDomain): { processes: boolean; env: Settings } {
    const authUrl: Settings =
      databaseUrls.auth && name !== 'auth' ? { EMOTIBOT_AUTH_URL: addresses.auth.url } : {}
    return { processes, env: { EMOTIBOT_PORT: addresses[name].port, ...authUrl, ...env[name] } }
  }

  async function startOwnAuth(databaseUrl: string): Promise<Auth> {
    return kept(startAuth({ ...common('auth'), secret, databaseUrl }))
  }

  async function startOwnEmotion(databaseUrl: string | undefined): Promise<Emotion> {
    if (!databaseUrl) return kept(startEmotion({ processes, env: env.emotion ?? {} }))
    const store = { secret, databaseUrl, internalUrl: addresses.internal.url }
    return kept(startEmotion({ ...common('emotion'), store }))
  }

  async function startOwnConversation(databaseUrl: string): Promise<Conversation> {
    const { processes, env } = common('conversation')
    const pushed = databaseUrls.emotion
      ? { EMOTIBOT_EVENT_SUBSCRIBERS: `emotion=${addresses.emotion.url}` }
      : {}
    const internalUrl = addresses.internal.url
    return kept(
      startConversation({ processes, secret, databaseUrl, internalUrl, env: { ...pushed, ...env } }),
    )
  }

  async function startOwnMover(): Promise<Mover> {
    const main = options.moverMain ? { main: options.moverMain } : {}
    const { file } = monolith
    const own = { EMOTIBOT_PORT: addresses.mover.port, ...env.mover }
    const { ledgerUrl } = context
    return kept(startMover({ processes, secret, file, ledgerUrl, databaseUrls, env: own, ...main }))
  }

  const emotion = await startOwnEmotion(databaseUrls.emotion)
  const auth = databaseUrls.auth ? await startOwnAuth(databaseUrls.auth) : null
  const conversation = databaseUrls.conversation
    ? await startOwnConversation(databaseUrls.conversation)
    : null
  return { auth, emotion, conversation, mover: domains.length > 0 ? await startOwnMover() : null }
}
