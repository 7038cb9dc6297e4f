import { MOVER, MOVER_PATHS, type MoverStatus, type Settled } from '@emotibot/contracts'
import { createLogger, createServer, createServiceToken } from '@emotibot/service-kit'
import { expect, it, onTestFinished } from 'vitest'
import type { CarveOut } from './carve-out.ts'
import type { CarveOuts } from './carve-outs.ts'
import { mountMoverRoutes } from './routes.ts'
import { UNMAPPABLE } from './testing/accounts.ts'
import { type Stage, setStage, until } from './testing/stage.ts'
import { writeAt } from './testing/writers.ts'

const SECRET = 'a secret of at least thirty-two characters'
const ANNA = { id: 'a', partition: 'anna', value: 'a' }

type Commands = {
  readonly stage: Stage
  status(): Promise<MoverStatus['carve_outs'][number]>
  order(command: 'verify' | 'settle', query?: string): Promise<{ status: number; body: string }>
}

const alone = (carveOut: CarveOut): CarveOuts => ({
  all: [carveOut],
  jointFlip: () => null,
  start: () => undefined,
  stop: async () => undefined,
})

/** A mover of real stores that answers over HTTP. */
async function setCommands(): Promise<Commands> {
  const stage = await setStage()
  const { carveOut } = await stage.startMover()
  const server = createServer({ name: 'mover', logLevel: 'silent', logger: createLogger('mover', 'silent') })
  mountMoverRoutes(server, { carveOuts: alone(carveOut), secret: SECRET })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return {
    stage,
    status: async () => {
      const { carve_outs } = (await (await fetch(url + MOVER_PATHS.status)).json()) as MoverStatus
      if (!carve_outs[0]) throw new Error('it has no domain')
      return carve_outs[0]
    },
    order: async (command, query = '') => {
      const token = await createServiceToken({ secret: SECRET, caller: 'facade', audience: MOVER })
      const path = MOVER_PATHS[command].replace(':domain', 'auth')
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(url + path + query, { method: 'POST', headers })
      return { status: answer.status, body: await answer.text() }
    },
  }
}

it('compares both stores in the background, and has what differs copied by its owner when it is to repair', async () => {
  const { stage, status, order } = await setCommands()
  await writeAt(stage, 'monolith', ANNA)
  expect((await status()).verify).toBe(null)
  await until('it came over', async () => (await stage.sql`select id from accounts`).length === 1)
  // Spoilt behind the mover's back.
  await stage.sql.begin(async (tx) => {
    await tx`select set_config('emotibot.mark', ${'{"group":"auth","epoch":1,"origin":"monolith","partition":"anna"}'}, true)`
    await tx`update accounts set value = 'spoilt'`
  })
  const ended = async () => (await status()).verify?.state === 'done'
  expect((await order('verify')).status).toBe(202)
  await until('it was compared', ended)
  const difference = { entity: 'account', key: 'a', kind: 'different', is_set_aside: false }
  expect((await status()).verify).toMatchObject({
    compared: 1,
    difference_count: 1,
    differences: [difference],
    repaired: 0,
  })
  expect((await order('verify', '?repair=true')).status).toBe(202)
  await until('it was repaired', async () => (await status()).verify?.repaired === 1)
  const value = async () => (await stage.sql`select value from accounts`)[0]?.['value']
  await expect.poll(value, { timeout: 10_000 }).toBe('a')
  expect((await order('verify')).status).toBe(202)
  await until('it was compared again', async () => (await ended()) && (await status()).verify?.repaired === 0)
  expect((await status()).verify).toMatchObject({ difference_count: 0, unsettled: 0 })
})

it('tries what is set aside once more when it is told to, and says what is left', async () => {
  const { stage, status, order } = await setCommands()
  await writeAt(stage, 'monolith', { ...ANNA, value: UNMAPPABLE })
  await until('it is set aside', async () => (await status()).feeds[0]?.set_aside_count === 1)
  const settle = async () => JSON.parse((await order('settle')).body) as Settled
  expect(await settle()).toEqual({ retried: 1, left: 1, dismissed: 0 })
  await writeAt(stage, 'monolith', ANNA)
  await expect.poll(settle, { timeout: 10_000 }).toEqual({ retried: 0, left: 0, dismissed: 0 })
  expect((await status()).feeds[0]).toMatchObject({ set_aside: [], set_aside_count: 0 })
})

it('lists conflicts without the row that lost, and dismisses those that were listed when it is told to', async () => {
  const { stage, status, order } = await setCommands()
  const keep = (key: string) => stage.sql`
    insert into conflicts (source, entity, key, winner, epoch_here, epoch_source, loser)
    values ('monolith', 'account', ${key}, 'here', 2, 1, '{"value":"a hash"}')`
  await keep('a')
  await keep('b')
  const listed = (await status()).feeds.find(({ to }) => to === 'service')
  const common = { entity: 'account', winner: 'service', epochs: { monolith: 1, service: 2 } }
  const at = expect.any(String)
  expect([listed?.conflicts, listed?.conflict_list]).toEqual([
    2,
    [
      { ...common, id: 1, key: 'a', at },
      { ...common, id: 2, key: 'b', at },
    ],
  ])
  await keep('c')
  const settle = async (query: string) => JSON.parse((await order('settle', query)).body) as Settled
  expect(await settle('')).toMatchObject({ dismissed: 0 })
  // The same ids at the other side are other conflicts, of which there are none.
  expect(await settle('?service=1,2&monolith=1')).toMatchObject({ dismissed: 2 })
  expect((await status()).feeds.map(({ to, conflicts }) => [to, conflicts])).toEqual([
    ['service', 1],
    ['monolith', 0],
  ])
  for (const odd of ['?service=true', '?service=1,', '?service=1&service=2'])
    expect((await order('settle', odd)).status).toBe(400)
})

it('says that nothing is behind while nothing happens, how many users there are, and that all were copied', async () => {
  const { stage, status } = await setCommands()
  await writeAt(stage, 'monolith', ANNA)
  const behind = async () => (await status()).feeds.map((feed) => feed.behind)
  await expect.poll(behind, { timeout: 10_000 }).toEqual([
    { entries: 0, ms: 0 },
    { entries: 0, ms: 0 },
  ])
  expect(await status()).toMatchObject({ is_backfilled: true, users: 1, flip: null })
})

it('says which flip it drives, and the step it is at', async () => {
  const stage = await setStage()
  const hanging = Promise.withResolvers<void>()
  onTestFinished(() => hanging.resolve())
  const { carveOut } = await stage.startMover({
    onStep: async (step, when) => {
      if (step === 'giveUp' && when === 'before') await hanging.promise
    },
  })
  const flip = await stage.order({ auth: 50 })
  await until('it is at that step', () => carveOut.flip()?.step === 'giveUp')
  expect(carveOut.flip()).toMatchObject({ id: flip, step: 'giveUp' })
  hanging.resolve()
  await stage.ended(flip)
  await until('it is at none', () => carveOut.flip() === null)
})
