import { randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createClient, PERIODS, type Period, type Trends } from '@emotibot/contracts'
import { createFolder, createOldFile } from '@emotibot/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BothSides, clientOf, startBothSides, type User } from './both-sides.ts'
import { addOldTurns, turnsOfOneUser } from './old-turns.ts'

const USERS = 24
const PASSWORD = 'pass word'
const seed = Number(process.env['EMOTION_SEED'] ?? randomInt(2 ** 31))
const folder = createFolder('tests-emotion')
const file = join(folder.path, 'old.sqlite')
const people = fc
  .sample(turnsOfOneUser, { numRuns: USERS, seed })
  .map((turns, at) => ({ turns, id: randomUUID(), username: `User-${at}`, password: PASSWORD }))

let sides: BothSides
let turnIds: string[][]
let counted = 0
beforeAll(async () => {
  createOldFile(file, people, [])
  turnIds = people.map(({ id, turns }) => addOldTurns(file, id, turns))
  sides = await startBothSides(file)
})
afterAll(async () => {
  await sides.close()
  folder.remove()
})

async function signIn(at: number): Promise<User> {
  const { id: userId, username, password } = people[at] ?? { id: '', username: '', password: '' }
  const answer = await createClient({ baseUrl: sides.monolith }).call('auth.login', {
    body: { username, password },
  })
  if (!answer.ok) throw new Error(answer.body.message)
  return { userId, username, token: answer.body.access_token }
}

/** The same on both sides: what the user says of each turn, the last word last. */
async function giveFeedback(at: number, user: User): Promise<void> {
  for (const url of [sides.monolith, sides.service]) {
    for (const [nth, { said }] of (people[at]?.turns ?? []).entries()) {
      for (const emotion of said) {
        const turn_id = turnIds[at]?.[nth] ?? ''
        const answer = await clientOf(url, user).call('emotion.feedback', { body: { turn_id, emotion } })
        expect(answer.status).toBe(201)
      }
    }
  }
}

type Told = { readonly text: string; readonly trends: Trends }

async function trendsOf(url: string, { token }: User, period: Period): Promise<Told> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${url}/api/emotion/trends?period=${period}`, { headers })
  const text = await answer.text()
  return { text, trends: JSON.parse(text) as Trends }
}

/** Of both sides, and of one moment: an hour may end between the two. */
async function trendsOfBoth(user: User, period: Period): Promise<readonly [Told, Told]> {
  const ours = await trendsOf(sides.service, user, period)
  const theirs = await trendsOf(sides.monolith, user, period)
  const isOneMoment = ours.trends.points[0]?.start === theirs.trends.points[0]?.start
  return isOneMoment ? [ours, theirs] : trendsOfBoth(user, period)
}

describe(`of random old turns (EMOTION_SEED=${seed})`, () => {
  it.each(Array.from({ length: USERS }, (_, at) => at))(
    "the service makes the monolith's trends, byte for byte: user %i",
    async (at) => {
      const user = await signIn(at)
      await sides.tellTurnsOf(user)
      await giveFeedback(at, user)
      for (const period of PERIODS) {
        const [ours, theirs] = await trendsOfBoth(user, period)
        expect(ours.text).toBe(theirs.text)
        counted += theirs.trends.count
      }
    },
  )

  it('is shown by many of them', () => {
    expect(counted).toBeGreaterThan(USERS * 20)
  })
})
