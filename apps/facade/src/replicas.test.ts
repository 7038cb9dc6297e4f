import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FlipRequest } from '@emotibot/contracts'
import { describe, expect, it, vi } from 'vitest'
import { openGate } from './testing/gate.ts'
import { type Facade, setStage } from './testing/stage.ts'

const ANALYZE = 'emotion.analyze'
const toService: FlipRequest = { names: [ANALYZE], to: 'service' }

describe('two replicas', () => {
  it('follow a flip before its receipt is answered, and the receipt says how soon', async () => {
    const { startFacade } = await setStage()
    const [one, other] = await Promise.all([startFacade(), startFacade()])
    const receipt = await one.flip(toService)
    expect(receipt.replicas).toHaveLength(2)
    for (const replica of receipt.replicas) {
      expect(replica).toMatchObject({ acknowledged: true, after_ms: expect.any(Number) })
      expect(replica.after_ms).toBeLessThan(2_000)
    }
    expect(await Promise.all([one.sideOfAnalyze(), other.sideOfAnalyze()])).toEqual(['emotion', 'emotion'])
  })

  it('answer every request while flips go back and forth on both', async () => {
    const { startFacade, monolith, emotion } = await setStage()
    const facades = await Promise.all([startFacade(), startFacade()])
    let isOver = false
    const statuses = new Map<number, number>()
    const ask = async (facade: Facade) => {
      while (!isOver) {
        const answer = await facade.analyze()
        await answer.arrayBuffer()
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      }
    }
    const asking = facades.flatMap((facade) => [ask(facade), ask(facade), ask(facade)])
    for (let n = 0; n < 6; n++) {
      const [one, other] = n % 2 === 0 ? facades : facades.toReversed()
      const { flip } = (await one?.flip(toService)) ?? { flip: '' }
      await other?.rollback({ flip })
    }
    isOver = true
    await Promise.all(asking)
    expect([...statuses.keys()]).toEqual([200])
    expect(monolith.requests).toBeGreaterThan(0)
    expect(emotion.requests).toBeGreaterThan(0)
  })

  it('agree about each visitor', async () => {
    const { startFacade } = await setStage()
    const [one, other] = await Promise.all([startFacade(), startFacade()])
    await one.flip({ names: [ANALYZE], to: 'canary', share: 50 })
    const sides = new Set<string>()
    for (let n = 0; n < 30; n++) {
      const headers = { cookie: `emotibot_visitor=00000000-0000-4000-8000-${String(n).padStart(12, '0')}` }
      const [here, there] = await Promise.all([one.sideOfAnalyze(headers), other.sideOfAnalyze(headers)])
      expect(here).toBe(there)
      sides.add(here)
    }
    expect(sides).toEqual(new Set(['monolith', 'emotion']))
  })

  it('are not waited for once they stopped in order', async () => {
    const { startFacade } = await setStage()
    const [one, other] = await Promise.all([startFacade(), startFacade()])
    await other.app.close()
    expect((await one.flip(toService)).replicas).toHaveLength(1)
  })

  it('are waited for a bounded time when one is cut off, and the receipt says which', async () => {
    const { startFacade, database } = await setStage()
    const { gate, url } = await openGate(database.url)
    const [one, cutOff] = await Promise.all([startFacade(), startFacade({ LEDGER_DATABASE_URL: url })])
    await gate.cut()
    const receipt = await one.flip(toService)
    expect(receipt.replicas.map(({ acknowledged }) => acknowledged).toSorted()).toEqual([false, true])
    expect(await cutOff.sideOfAnalyze()).toBe('monolith')
    await gate.mend()
    await vi.waitFor(async () => expect(await cutOff.sideOfAnalyze()).toBe('emotion'), { timeout: 10_000 })
  })
})

describe('a ledger that goes away', () => {
  it('stops no request, refuses every flip with LEDGER_DOWN, and is followed again when it is back', async () => {
    const { startFacade, database } = await setStage()
    const { gate, url } = await openGate(database.url)
    const [facade, other] = await Promise.all([startFacade({ LEDGER_DATABASE_URL: url }), startFacade()])
    await facade.flip(toService)
    await gate.cut()
    const refused = await facade.control('POST', '/control/rollback', { body: { names: [ANALYZE] } })
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'LEDGER_DOWN', request_id: expect.any(String) })
    expect(await facade.sideOfAnalyze()).toBe('emotion')
    const { ledger, needs, version } = await facade.status()
    expect({ ledger, version }).toEqual({ ledger: 'down', version: 1 })
    expect(needs.join(' ')).toContain('ledger is down')
    await other.rollback({ names: [ANALYZE] })
    expect(await facade.sideOfAnalyze()).toBe('emotion')
    await gate.mend()
    await vi.waitFor(async () => expect(await facade.sideOfAnalyze()).toBe('monolith'), { timeout: 10_000 })
    await vi.waitFor(async () => expect((await facade.status()).ledger).toBe('up'))
    expect((await facade.flip(toService)).replicas).toHaveLength(2)
  })

  it('does not keep a facade from starting: it routes by the snapshot on disk', async () => {
    const { startFacade, database } = await setStage()
    const first = await startFacade()
    await first.flip(toService)
    await first.app.close()
    const { gate, url } = await openGate(database.url)
    await gate.cut()
    const second = await startFacade({ LEDGER_DATABASE_URL: url })
    expect(await second.sideOfAnalyze()).toBe('emotion')
    await gate.mend()
    await vi.waitFor(async () => expect((await second.status()).ledger).toBe('up'), { timeout: 10_000 })
  })

  it('leaves a facade that has no snapshot either not ready: it does not guess who owns what', async () => {
    const { startFacade, database, folder, monolith } = await setStage()
    const { gate, url } = await openGate(database.url)
    await gate.cut()
    const file = join(folder, 'damaged.json')
    await writeFile(file, '{"version":3,"isFrozen":false,"routes":{"emotion.analyze":{"stage":"serv')
    const facade = await startFacade({ LEDGER_DATABASE_URL: url, EMOTIBOT_SNAPSHOT_FILE: file })
    const answer = await facade.analyze()
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await answer.json()).toMatchObject({ code: 'BUSY' })
    expect((await fetch(`${facade.main}/health/ready`)).status).toBe(503)
    expect(monolith.requests).toBe(0)
    await gate.mend()
    await vi.waitFor(async () => expect(await facade.sideOfAnalyze()).toBe('monolith'), { timeout: 10_000 })
    await vi.waitFor(async () =>
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ version: 0, routes: {} }),
    )
  })
})
