import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectEqualStores } from './test/expect-equal-stores.ts'
import { flip } from './test/random-flips.ts'
import { createRandom, createWorkload, livingOf, readHeld } from './test/random-writes.ts'
import { createTwoSides, type TwoSides, whilePumping } from './test/two-sides.ts'

const CHILD = fileURLToPath(new URL('./test/mover-child.ts', import.meta.url))
const SEED = Number(process.env['SYNC_SEED'] ?? Date.now() % 1_000_000)
const LIVES = 6
const WRITERS = ['one', 'two']

/** A mover in its own process, and how many steps it has applied. */
function startMover(sides: TwoSides): { child: ChildProcess; applied(): number } {
  const child = spawn(process.execPath, [CHILD, sides.file, sides.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let lines = 0
  child.stdout.on('data', (text: Buffer) => {
    lines += text.toString().split('\n').length - 1
  })
  return { child, applied: () => lines }
}

async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** What a driver would do between two steps of a flip, without a driver. */
async function halveShare(sides: TwoSides): Promise<void> {
  const pump = sides.pump('monolith')
  await whilePumping([pump], () => flip(sides, { share: 50, isAbandoned: false, wake: pump.wake }))
}

describe(`random work, SYNC_SEED=${SEED}`, () => {
  it('ends with equal stores when the mover is killed again and again at its work', {
    timeout: 180_000,
  }, async () => {
    const sides = await createTwoSides()
    await halveShare(sides)
    const random = createRandom(SEED)
    const workload = createWorkload(sides, { random, partitions: 12, prefix: 'user' })
    for (let life = 0; life < LIVES; life++) {
      const { child, applied } = startMover(sides)
      const enough = 1 + random(8)
      while (applied() < enough) {
        expect(await workload.writeOnce()).toBe(true)
        await new Promise(setImmediate)
      }
      await killHard(child)
    }
    await expectEqualStores(sides)
    expect(readHeld(sides)).toEqual(livingOf(workload.model))
  })

  it('loses nothing while ownership moves between the sides under writers', {
    timeout: 300_000,
  }, async () => {
    const move = fc.record({ share: fc.integer({ min: 0, max: 100 }), isAbandoned: fc.boolean() })
    const property = fc.asyncProperty(fc.nat(), fc.array(move, { minLength: 3, maxLength: 6 }), runFlips)
    await fc.assert(property, { seed: SEED, numRuns: 4, endOnFailure: true })
  })
})

type Move = { readonly share: number; readonly isAbandoned: boolean }

async function runFlips(seed: number, moves: readonly Move[]): Promise<void> {
  const sides = await createTwoSides()
  const random = createRandom(seed)
  const workloads = WRITERS.map((prefix) => createWorkload(sides, { random, partitions: 8, prefix }))
  const pumps = [sides.pump('monolith'), sides.pump('service'), sides.pump('monolith'), sides.pump('service')]
  const wake = (): void => {
    for (const pump of pumps) pump.wake()
  }
  await whilePumping(pumps, async () => {
    let isOver = false
    const writers = workloads.map(async ({ writeOnce }) => {
      while (!isOver) await writeOnce()
    })
    for (const move of moves) await flip(sides, { ...move, wake })
    isOver = true
    await Promise.all(writers)
  })
  await expectEqualStores(sides)
  const models = workloads.flatMap(({ model }) => [...livingOf(model)])
  expect(readHeld(sides)).toEqual(new Map(models))
}
