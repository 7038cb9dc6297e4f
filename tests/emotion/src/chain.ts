import {
  type Conversation,
  type Emotion,
  type Monolith,
  type Mover,
  startConversation,
  startEmotion,
  startMonolith,
  startMover,
  until,
} from '@emotibot/testkit'

/** monolith ─ mover ─► conversation ─ events ─► emotion, and monolith ─ mover ─► emotion. The monolith owns everything. */
export type Chain = {
  readonly monolith: Monolith
  readonly conversation: Conversation
  readonly emotion: Emotion
  close(): Promise<void>
}

export async function startChain(file: string): Promise<Chain> {
  const started: (() => Promise<void>)[] = []
  const kept = async <A extends { close(): Promise<void> }>(starting: Promise<A>): Promise<A> => {
    const app = await starting
    started.unshift(() => app.close())
    return app
  }
  const monolith = await kept(startMonolith({ file }))
  const { secret } = monolith
  const emotion = await kept(startEmotion({ store: { secret } }))
  const env = { EMOTIBOT_EVENT_SUBSCRIBERS: `emotion=${emotion.url}` }
  const conversation = await kept(startConversation({ secret, env }))
  const databaseUrls = { conversation: conversation.databaseUrl, emotion: emotion.databaseUrl }
  const mover = await kept(startMover({ secret, file, databaseUrls }))
  for (const domain of ['conversation', 'emotion']) await beginBackfill(mover, domain)
  return {
    monolith,
    conversation,
    emotion,
    async close() {
      for (const end of started) await end()
    },
  }
}

/** Refused until both stores are open. */
async function beginBackfill(mover: Mover, domain: string): Promise<void> {
  await until(
    `the backfill of ${domain} is begun`,
    async () => (await mover.command('backfill', domain)) < 300,
  )
}
