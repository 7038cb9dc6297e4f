import { DatabaseSync } from 'node:sqlite'
import {
  type Client,
  createClient,
  EVENTS_PATH,
  type EventEnvelope,
  fold,
  type Turn,
} from '@emotibot/contracts'
import { openPostgres } from '@emotibot/db'
import { createServiceToken } from '@emotibot/service-kit'
import { startEmotion, startMonolith } from '@emotibot/testkit'

export type BothSides = {
  readonly monolith: string
  readonly service: string
  /** Tells the service of all turns of a user, as the monolith answers them. */
  tellTurnsOf(user: User): Promise<void>
  close(): Promise<void>
}

export type User = { readonly userId: string; readonly username: string; readonly token: string }

/** The monolith over a file, and the emotion service over a database that owns everything. */
export async function startBothSides(file: string): Promise<BothSides> {
  const monolith = await startMonolith({ file })
  const service = await startEmotion({ store: { secret: monolith.secret } })
  const sql = openPostgres(service.databaseUrl, { applicationName: 'tests', max: 1 })
  await sql`update authority set epoch = epoch + 1, low = 0, high = 100`
  await sql.end({ timeout: 5 })
  const tell = createTeller(service.url, monolith.secret)
  return {
    monolith: monolith.url,
    service: service.url,
    tellTurnsOf: async (user) => tell(await eventsOf(file, clientOf(monolith.url, user), user)),
    async close() {
      await service.close()
      await monolith.close()
    },
  }
}

export function clientOf(baseUrl: string, { token }: Pick<User, 'token'>): Client {
  return createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${token}` }) })
}

function createTeller(url: string, secret: string) {
  let place = 0
  const placeText = () => (place === 0 ? '' : `cccccccccc.${String(place).padStart(9, '0')}`)
  return async (events: readonly EventEnvelope[]): Promise<void> => {
    const after = placeText()
    place += 1
    const token = await createServiceToken({ secret, caller: 'conversation', audience: 'emotion' })
    const answer = await fetch(url + EVENTS_PATH, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'conversation', after, upTo: placeText(), places: [], events }),
    })
    if (answer.status !== 204) throw new Error(`The events were answered ${answer.status}.`)
  }
}

async function eventsOf(file: string, client: Client, user: User): Promise<EventEnvelope[]> {
  const held = new Map(heldOf(file, user).map((row) => [row.id, row]))
  const turns = await turnsOf(client)
  return turns.map((turn) => {
    const { time_key = '', revision = 1 } = held.get(turn.id) ?? {}
    return {
      event_id: `${turn.id}.${revision}`,
      name: 'conversation.turn_recorded.v1',
      partition: fold(user.username),
      occurred_at: new Date().toISOString(),
      data: { user_id: user.userId, revision, time_key, turn },
    }
  })
}

type HeldTurn = { readonly id: string; readonly time_key: string; readonly revision: number }

function heldOf(file: string, { userId }: User): HeldTurn[] {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = database
    .prepare('SELECT id, time_key, revision FROM conversations WHERE user_id = ?')
    .all(userId) as unknown as HeldTurn[]
  database.close()
  return rows
}

async function turnsOf(client: Client): Promise<Turn[]> {
  const listed = await client.call('conversation.list', {})
  if (!listed.ok) throw new Error(listed.body.message)
  const turns: Turn[] = []
  for (const { id } of listed.body.conversations) {
    const answer = await client.call('conversation.history', { params: { id }, query: { limit: 100 } })
    if (!answer.ok) throw new Error(answer.body.message)
    turns.push(...answer.body.turns)
  }
  return turns
}
