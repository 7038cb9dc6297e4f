import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createFolder, createOldFile, until } from '@emotibot/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, it } from 'vitest'
import { clientOf, type User } from './both-sides.ts'
import { type Chain, startChain } from './chain.ts'
import { addOldTurns, turnsOfOneUser } from './old-turns.ts'

const folder = createFolder('tests-emotion')
const file = join(folder.path, 'old.sqlite')
const old = { id: randomUUID(), username: 'Old-Friend', password: 'pass word' }
const turns = fc.sample(turnsOfOneUser, 8).flat()

let chain: Chain
beforeAll(async () => {
  createOldFile(file, [old], [])
  addOldTurns(file, old.id, turns)
  chain = await startChain(file)
})
afterAll(async () => {
  await chain.close()
  folder.remove()
})

async function yearOf(url: string, { token }: Pick<User, 'token'>): Promise<string> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${url}/api/emotion/trends?period=year`, { headers })).text()
}

it('old turns come by the mover and by events, and make the same trends', async () => {
  const client = clientOf(chain.monolith.url, { token: 'none' })
  const { username, password } = old
  const signedIn = await client.call('auth.login', { body: { username, password } })
  const token = signedIn.ok ? signedIn.body.access_token : ''
  await until('the trends of both sides are the same', async () => {
    const [ours, theirs] = [
      await yearOf(chain.emotion.url, { token }),
      await yearOf(chain.monolith.url, { token }),
    ]
    return ours === theirs
  })
})
