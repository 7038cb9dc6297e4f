import { randomUUID } from 'node:crypto'
import type { Client } from '@emotibot/contracts'
import type { VisitorCharacter } from './sentences.ts'

/** After so many turns a visitor deletes the conversation and starts another: the demo data stays bounded. */
const TURNS_A_CONVERSATION = 40

export type VisitorOptions = {
  character: VisitorCharacter
  password: string
  client: Client
  /** Hands the token to the client from then on. */
  useToken: (token: string) => void
}

/** One believable user: signs in once, then says one thing at a time. */
export class Visitor {
  readonly #options: VisitorOptions
  #conversationId: string | undefined
  #said = 0

  constructor(options: VisitorOptions) {
    this.#options = options
  }

  /** Does the next small thing. Throws when the answer is not a good one. */
  async step(): Promise<void> {
    this.#conversationId ??= await this.#begin()
    await this.#say(this.#conversationId)
    if (this.#said % TURNS_A_CONVERSATION === 0) await this.#leave(this.#conversationId)
  }

  /** After an error: sign in again next time, as a person would. */
  startOver(): void {
    this.#conversationId = undefined
  }

  async #begin(): Promise<string> {
    await this.#signIn()
    const { client } = this.#options
    const listed = expectOk(await client.call('conversation.list', {}))
    const latest = 'conversations' in listed ? listed.conversations[0] : undefined
    if (latest) return latest.id
    const created = await client.call('conversation.create', {
      body: { title: 'Small talk' },
      headers: freshKey(),
    })
    return expectOk(created).conversation.id
  }

  async #signIn(): Promise<void> {
    const { client, character, password, useToken } = this.#options
    const credentials = { username: character.name, password }
    const first = await client.call('auth.login', { body: credentials })
    if (first.ok) return useToken(first.body.access_token)
    const email = `${character.name}@emotibot.example`
    expectOk(await client.call('auth.register', { body: { ...credentials, email } }))
    useToken(expectOk(await client.call('auth.login', { body: credentials })).access_token)
  }

  async #say(id: string): Promise<void> {
    const { client, character } = this.#options
    const text = character.sentences[this.#said % character.sentences.length] ?? 'Hello.'
    expectOk(await client.call('emotion.analyze', { body: { text } }))
    expectOk(await client.call('conversation.send', { params: { id }, body: { text }, headers: freshKey() }))
    this.#said += 1
    if (this.#said % 4 === 0) expectOk(await client.call('conversation.history', { params: { id } }))
  }

  async #leave(id: string): Promise<void> {
    this.#conversationId = undefined
    expectOk(await this.#options.client.call('conversation.delete', { params: { id } }))
  }
}

const freshKey = () => ({ 'idempotency-key': randomUUID() })

type Answered = { ok: boolean; status: number | string; body: unknown }
type Good<A extends Answered> = Extract<A, { ok: true }>['body']

function expectOk<A extends Answered>(answer: A): Good<A> {
  if (answer.ok) return answer.body as Good<A>
  throw new Error(`answered ${answer.status}`)
}
