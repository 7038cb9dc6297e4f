import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bucketOf, type Client, createClient, fold } from '@emotibot/contracts'
import {
  createFolder,
  createOldFile,
  createUser,
  signIn,
  startAuth,
  startMonolith,
  startMover,
  type TestUser,
  uniqueName,
  until,
} from '@emotibot/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { type Processes, startProcesses } from './processes.ts'

const LOW = 50
const isTheirs = (username: string) => bucketOf(fold(username)) >= LOW

async function start(file?: string): Promise<Processes> {
  const processes = await startProcesses(file)
  onTestFinished(() => processes.close())
  return processes
}

it('brings the users of an old file, who then sign in at the service by their old passwords', async () => {
  const folder = createFolder('old')
  onTestFinished(() => folder.remove())
  const file = join(folder.path, 'old.sqlite')
  const people = Array.from({ length: 40 }, (_, at) => ({
    username: `Émile ${at}`,
    password: `pässword ${at}`,
  }))
  createOldFile(file, people.slice(0, 3), [])
  const processes = await start(file)
  const stateOf = async () => (await processes.mover().status()).carve_outs[0]?.state
  await until('both stores are open', async () => (await stateOf()) === 'idle')
  await processes.backfill()
  await processes.giveFrom(0)
  for (const person of people.slice(0, 3))
    expect((await signIn(processes.auth.url, person)).username).toBe(person.username)
  expect((await processes.verify()).differences).toEqual([])
}, 60_000)

const PASSWORD = 'correct horse'

/** Somebody new whose bucket is the service's, or the monolith's; names are claimed at the monolith. */
async function register({ monolith }: Pick<Processes, 'monolith'>, shouldBeTheirs: boolean): Promise<string> {
  let username = uniqueName()
  while (isTheirs(username) !== shouldBeTheirs) username = uniqueName()
  const body = { username, email: `${username}@example.org`, password: PASSWORD }
  const registered = await createClient({ baseUrl: monolith.url }).call('auth.register', { body })
  expect(registered.status).toBe(201)
  return username
}

/** One person's life, on the side that owns them; answers how many writes were acknowledged. */
async function live({ monolith, auth }: Processes, at: number, isOver: () => boolean): Promise<number> {
  const username = await register({ monolith }, at % 2 === 0)
  let password = PASSWORD
  const url = isTheirs(username) ? auth.url : monolith.url
  let user: TestUser
  let acknowledged = 1
  const act = async (work: (client: Client) => Promise<{ ok: boolean }>) => {
    const client = createClient({ baseUrl: url, headers: () => user.bearer })
    if ((await work(client)).ok) acknowledged += 1
  }
  while (!isOver()) {
    // Their row may still be on its way to the side that owns them.
    user = await until('they can sign in', () => signIn(url, { username, password }), 20_000)
    const next = `${password}.`
    await act(async (client) => {
      const body = { current_password: password, new_password: next }
      const answer = await client.call('auth.password', { body })
      if (answer.ok) password = next
      return answer
    })
    await act((client) => client.call('auth.logout', {}))
  }
  user = await signIn(url, { username, password })
  if (acknowledged % 3 === 0) await act((client) => client.call('auth.delete', {}))
  return acknowledged
}

/** Each mover lives until it has brought somebody over. */
async function killOften(processes: Processes): Promise<void> {
  for (let kill = 0; kill < 5; kill++) {
    const username = await register(processes, true)
    await until(
      'the mover brings them',
      () => signIn(processes.auth.url, { username, password: PASSWORD }),
      20_000,
    )
    await processes.replaceMover()
  }
}

it('loses nothing of what both sides write while it is killed again and again', async () => {
  const processes = await start()
  await processes.backfill()
  await processes.giveFrom(LOW)
  let isOver = false
  const lives = Array.from({ length: 6 }, (_, at) => live(processes, at, () => isOver))
  const kill = killOften(processes).finally(() => {
    isOver = true
  })
  const [, ...counts] = await Promise.all([kill, ...lives])
  const acknowledged = counts.reduce((sum, one) => sum + one, 0)
  await processes.untilInStep()
  const report = await processes.verify()
  expect(report).toMatchObject({ differences: [], unsettled: [] })
  expect([acknowledged > 50, report.compared > 10]).toEqual([true, true])
  const [carveOut] = (await processes.mover().status()).carve_outs
  expect(carveOut?.feeds).toMatchObject([
    { set_aside: [], conflicts: 0 },
    { set_aside: [], conflicts: 0 },
  ])
}, 120_000)

it('waits for stores that are not there, says so, and notices when the file is another one', async () => {
  const folder = createFolder('coming')
  onTestFinished(() => folder.remove())
  const file = join(folder.path, 'coming.sqlite')
  const secret = 'a secret of at least thirty-two characters'
  const env = { LEGACY_JWT_SECRET: secret }
  const auth = await startAuth({ secret })
  const mover = await startMover({ secret, file, databaseUrl: auth.databaseUrl })
  onTestFinished(async () => {
    await mover.close()
    await auth.close()
  })
  const stateOf = async () => (await mover.status()).carve_outs[0]
  expect(await stateOf()).toMatchObject({ state: 'waiting' })
  expect(await mover.command('backfill', 'auth')).toBe(503)
  const first = await startMonolith({ file, env })
  await createUser(first.url)
  await until('it is begun', async () => (await mover.command('backfill', 'auth')) === 202)
  await until('it moves', async () => (await stateOf())?.state === 'moving')
  await first.close()
  for (const suffix of ['', '-wal', '-shm']) await rm(file + suffix, { force: true })
  await until('it waits again', async () => (await stateOf())?.state === 'waiting')
  const second = await startMonolith({ file, env })
  onTestFinished(() => second.close())
  await until('it has opened the new file', async () => (await stateOf())?.state === 'idle')
})
