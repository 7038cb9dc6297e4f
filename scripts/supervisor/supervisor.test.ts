import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, isAlive } from '@emotibot/db'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nodeProcess } from './node-process.ts'
import type { Part, PartEvent } from './part.ts'
import { Supervisor } from './supervisor.ts'

let folder = ''
let events: PartEvent[] = []
let supervisor: Supervisor | undefined

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'emotibot-supervisor-'))
  events = []
})
afterEach(async () => {
  await supervisor?.stop()
  rmSync(folder, { recursive: true })
})

/** A real process that answers its health address and has a child of its own which ignores SIGTERM. */
const SERVER = `
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
const child = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'])
createServer((request, answer) => answer.end(String(child.pid))).listen(Number(process.env.PORT), '127.0.0.1', () => process.send('listening'))
process.stdin.resume().once('close', () => process.exit())
`

async function serverPart(name: string, ...dependsOn: string[]): Promise<Part & { url: string }> {
  const entry = join(folder, 'server.mjs')
  writeFileSync(entry, SERVER)
  const port = await freePort(0)
  const url = `http://127.0.0.1:${port}`
  const launch = nodeProcess({
    entry,
    env: () => ({ PORT: String(port) }),
    readyUrl: url,
    onLine: () => undefined,
  })
  return { name, dependsOn, launch, url }
}

const childOf = async (url: string): Promise<number> => Number(await (await fetch(url)).text())
const kinds = () => events.map((event) => `${event.name} ${event.kind}`)

describe('the supervisor', () => {
  it('starts in order, starts again what is killed on the same address, and leaves nothing when it stops', async () => {
    const first = await serverPart('first')
    const second = await serverPart('second', 'first')
    supervisor = new Supervisor([second, first], (event) => events.push(event))
    await supervisor.start()
    expect(kinds()).toEqual(['first ready', 'second ready'])

    const killed = supervisor.pids()['second']
    const orphan = await childOf(second.url)
    process.kill(killed ?? 0, 'SIGKILL')
    await expect
      .poll(kinds, { timeout: 10_000 })
      .toEqual(['first ready', 'second ready', 'second crashed', 'second ready'])
    expect(supervisor.pids()['second']).not.toBe(killed)
    await expect.poll(() => isAlive(orphan)).toBe(false)

    const left = [...Object.values(supervisor.pids()), await childOf(first.url), await childOf(second.url)]
    expect(left.every(isAlive)).toBe(true)
    await supervisor.stop()
    expect(kinds().slice(-2)).toEqual(['second stopped', 'first stopped'])
    await expect.poll(() => left.filter(isAlive)).toEqual([])
  })

  it('restarts one part while the others stay', async () => {
    const parts = [await serverPart('first'), await serverPart('second', 'first')]
    supervisor = new Supervisor(parts, (event) => events.push(event))
    await supervisor.start()
    const before = supervisor.pids()
    await supervisor.find('first')?.restart()
    const after = supervisor.pids()
    expect(after['first']).not.toBe(before['first'])
    expect(after['second']).toBe(before['second'])
  })

  it('stops everything and says why when a part does not become ready', async () => {
    const good = await serverPart('good')
    const entry = join(folder, 'broken.mjs')
    writeFileSync(entry, 'process.exit(3)')
    const launch = nodeProcess({
      entry,
      env: () => ({}),
      readyUrl: 'http://127.0.0.1:1/',
      onLine: () => undefined,
    })
    const broken: Part = { name: 'broken', dependsOn: ['good'], launch }
    supervisor = new Supervisor([good, broken], (event) => events.push(event))
    await expect(supervisor.start()).rejects.toThrow('exit code 3')
    expect(kinds()).toEqual(['good ready', 'good stopped'])
  })

  it('does not take another program on the address for the part', async () => {
    const other = createServer((_, answer) => answer.end()).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const readyUrl = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}/`
    const entry = join(folder, 'late.mjs')
    writeFileSync(entry, 'setTimeout(() => process.exit(4), 300)')
    const launch = nodeProcess({ entry, env: () => ({}), readyUrl, onLine: () => undefined })
    supervisor = new Supervisor([{ name: 'late', dependsOn: [], launch }], (event) => events.push(event))
    await expect(supervisor.start()).rejects.toThrow('exit code 4')
    other.close()
  })

  it('stops while a part is still starting, and any number of times', async () => {
    const entry = join(folder, 'slow.mjs')
    writeFileSync(entry, 'setInterval(() => {}, 1000)')
    const launch = nodeProcess({
      entry,
      env: () => ({}),
      readyUrl: 'http://127.0.0.1:1/',
      onLine: () => undefined,
    })
    supervisor = new Supervisor([{ name: 'slow', dependsOn: [], launch }], (event) => events.push(event))
    const starting = supervisor.start().catch((error: Error) => error.name)
    await Promise.all([supervisor.stop(), supervisor.stop()])
    expect(await starting).toBe('AbortError')
    expect(supervisor.pids()).toEqual({})
  })
})
