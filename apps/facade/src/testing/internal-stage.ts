import {
  createInternalClient,
  type InternalAnswer,
  type InternalClient,
  type InternalQuestion,
} from '@emotibot/service-kit'
import { onTestFinished } from 'vitest'
import { type AuthStage, setAuthStage } from './auth-stage.ts'
import { type Echo, type Side, startSide } from './side.ts'
import type { Facade } from './stage.ts'

export const SECRET = 'a secret of at least thirty-two characters'

/** What one of our processes asks unless a test says otherwise. */
export const FELT: InternalQuestion = {
  method: 'GET',
  path: '/internal/felt',
  user: 'u-ann',
  partition: 'ann',
  deadlineMs: 5_000,
}
export const TURN: InternalQuestion = { ...FELT, path: '/internal/turns/t-1' }
export const ANALYZE: InternalQuestion = {
  ...FELT,
  method: 'POST',
  path: '/api/emotion/analyze',
  body: { text: 'hi' },
}

export type InternalStage = AuthStage & {
  readonly facade: Facade
  readonly conversation: Side
  readonly client: InternalClient
  ask(question: Partial<InternalQuestion>): Promise<InternalAnswer>
  /** What the side that was asked says it was sent. */
  echoOf(question: Partial<InternalQuestion>): Promise<Echo>
}

/** A facade with an emotion and a conversation service, and a client of its internal port. */
export async function setInternalStage(env: Record<string, string> = {}): Promise<InternalStage> {
  const [stage, conversation] = await Promise.all([setAuthStage(), startSide('conversation')])
  onTestFinished(() => conversation.kill())
  const facade = await stage.startFacade({
    EMOTIBOT_CONVERSATION_URL: conversation.url,
    LEGACY_JWT_SECRET: SECRET,
    ...env,
  })
  const client = createInternalClient({ url: facade.internal, name: 'a test', secret: SECRET })
  const ask = (question: Partial<InternalQuestion>) => client.ask({ ...FELT, ...question })
  const echoOf = async (question: Partial<InternalQuestion>) => (await ask(question)).body as Echo
  return { ...stage, facade, conversation, client, ask, echoOf }
}
