import { createServiceToken } from '@emotibot/service-kit'
import { expect, test } from 'vitest'
import { SECRET } from '../testing/sign-token.ts'
import { newPerson, onBehalfOf, startEmotion, testStore } from '../testing/start-emotion.ts'
import { recorded, Teller } from '../testing/teller.ts'

async function serve() {
  const { url } = await startEmotion((await testStore()).url)
  return { url, teller: new Teller(url), ann: newPerson(url) }
}

const ask = (url: string, headers: Record<string, string>) => fetch(`${url}/internal/felt`, { headers })

test("a user's latest 200 turns are told as they were felt, newest first", async () => {
  const { url, teller, ann } = await serve()
  const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString()
  const turns = Array.from({ length: 250 }, (_, n) =>
    recorded(ann, { id: `t-${n}`, timestamp: at(n), polarity: n / 1_000 }),
  )
  await teller.tell([...turns, recorded(newPerson(url), { timestamp: at(999) })])
  await ann.client.call('emotion.feedback', { body: { turn_id: 't-249', emotion: 'angry' } })
  const answer = (await (await ask(url, await onBehalfOf(ann.userId))).json()) as { turns: unknown[] }
  expect(answer.turns).toHaveLength(200)
  expect(answer.turns.slice(0, 2)).toEqual([
    { emotion: 'angry', polarity: 0.249 },
    { emotion: 'happy', polarity: 0.248 },
  ])
})

test('turns of one moment are told in the order of their ids, by their bytes', async () => {
  const { url, teller, ann } = await serve()
  await teller.tell(['a', 'B', '_', '1'].map((id) => recorded(ann, { id, detected_emotion: id })))
  const { turns } = (await (await ask(url, await onBehalfOf(ann.userId))).json()) as {
    turns: { emotion: string }[]
  }
  expect(turns.map(({ emotion }) => emotion)).toEqual(['a', '_', 'B', '1'])
})

test('of a user without turns nothing is told', async () => {
  const { url } = await serve()
  expect(await (await ask(url, await onBehalfOf('nobody'))).json()).toEqual({ turns: [] })
})

test('nobody but our own processes hears of it', async () => {
  const { url, ann } = await serve()
  const tokenOf = async (change: object) => ({
    ...(await onBehalfOf(ann.userId)),
    'emotibot-service-token': await createServiceToken({
      secret: SECRET,
      caller: 'x',
      audience: 'internal',
      ...change,
    }),
  })
  const refused = [
    { ...ann.headers, 'emotibot-user': ann.userId },
    await tokenOf({ audience: 'emotion' }),
    await tokenOf({ secret: 'guessed' }),
  ]
  for (const headers of refused) expect((await ask(url, headers)).status).toBe(401)
  expect((await ask(url, await onBehalfOf(''))).status).toBe(400)
})
