import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, isAlive } from '@emotibot/db'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { balancedProcess } from '../balancer/balanced-process.ts'
import { Balancer } from '../balancer/balancer.ts'
import type { PartEvent } from './part.ts'
import { Supervisor } from './supervisor.ts'

/** Answers its pid, slowly, and ends in order. */
const APP = `
import { createServer } from 'node:http'
const server = createServer((_, answer) => setTimeout(() => answer.end(String(process.pid)), 5))
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send('listening'))
process.once('SIGTERM', () => server.close(() => process.exit()))
process.stdin.resume().once('close', () => process.exit())
`

let events: PartEvent[]
let supervisor: Supervisor
let url: string
beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-replicas-'))
  const entry = join(folder, 'app.mjs')
  writeFileSync(entry, APP)
  const port = await freePort(0)
  url = `http://127.0.0.1:${port}`
  const launch = balancedProcess(new Balancer(port), (own) => ({
    entry,
    env: () => ({ PORT: String(own) }),
    readyUrl: `http://127.0.0.1:${own}`,
    onLine: () => undefined,
  }))
  events = []
  supervisor = new Supervisor([{ name: 'app', dependsOn: [], isReplicable: true, launch }], (event) =>
    events.push(event),
  )
  onTestFinished(async () => {
    await supervisor.stop()
    rmSync(folder, { recursive: true })
  })
  await supervisor.start()
})

function app() {
  const part = supervisor.find('app')
  if (!part || !('scale' in part)) throw new Error('no part that scales')
  return part
}

const ask = async (): Promise<number> => Number(await (await fetch(url)).text())

/** Asks without a pause; answers who answered. Any request that fails fails the test. */
function askOn(): { stop(): Promise<Set<number>> } {
  const pids = new Set<number>()
  let isOver = false
  const one = async () => {
    while (!isOver) pids.add(await ask())
  }
  const asking = Promise.all([one(), one(), one(), one()])
  asking.catch(() => undefined)
  return {
    stop: async () => {
      isOver = true
      await asking
      return pids
    },
  }
}

describe('a part of several processes', () => {
  it('is restarted one after the other without an error for anybody', async () => {
    await app().scale(2)
    const asking = askOn()
    await app().restart()
    await app().restart()
    const pids = await asking.stop()
    expect(pids.size).toBeGreaterThan(2)
    expect([...pids].filter(isAlive)).toHaveLength(2)
  })

  it('grows and shrinks without an error for anybody, and one that is killed is started again', async () => {
    const asking = askOn()
    await app().scale(3)
    await app().scale(1)
    await asking.stop()
    const killed = await ask()
    process.kill(killed, 'SIGKILL')
    await expect.poll(() => ask().catch(() => killed), { timeout: 10_000 }).not.toBe(killed)
    expect(events.filter(({ kind }) => kind === 'crashed')).toHaveLength(1)
  })

  it('refuses connections at none, and comes back on the same address', async () => {
    const before = await ask()
    await app().scale(0)
    expect(isAlive(before)).toBe(false)
    await expect(ask()).rejects.toThrow()
    await app().start()
    expect(await ask()).not.toBe(before)
  })

  it('leaves nothing when all is stopped in the middle of a restart', async () => {
    await app().scale(2)
    const restarting = app().restart()
    restarting.catch(() => undefined)
    await supervisor.stop()
    await restarting.catch(() => undefined)
    const ready = events.flatMap((event) => (event.kind === 'ready' ? [event.pid] : []))
    expect(ready.filter(isAlive)).toEqual([])
    expect(supervisor.pids()).toEqual({})
  })
})
