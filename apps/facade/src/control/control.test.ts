import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { type AuditEntry, controlRoutes, type Plan, routeKeys } from '@emotibot/contracts'
import { describe, expect, it, vi } from 'vitest'
import { operator, setStage, setStageWithFacade } from '../testing/stage.ts'

const ANALYZE = 'emotion.analyze'
const flipBody = { names: [ANALYZE], to: 'service', why: 'because' }

describe('the control API', () => {
  it('answers nobody without a known token, and says nothing', async () => {
    const { facade } = await setStageWithFacade()
    for (const { method, path } of Object.values(controlRoutes)) {
      for (const authorization of ['', 'Bearer ', `Bearer ${randomUUID()}`, 'Basic b2xnYTp4', 'bearer a b']) {
        const answer = await fetch(facade.controlUrl + path.replace(':flip', 'f1'), {
          method,
          headers: { authorization },
        })
        expect(answer.status, `${method} ${path} ${authorization}`).toBe(401)
        expect(await answer.json()).toMatchObject({ code: 'UNAUTHENTICATED', request_id: expect.any(String) })
      }
    }
  })

  it('lets a viewer look and an operator act', async () => {
    const { facade } = await setStageWithFacade()
    for (const { method, path, role } of Object.values(controlRoutes).filter(({ key }) => key !== 'watch')) {
      const answer = await facade.control(method, path.replace(':flip', 'f1'), { role: 'viewer' })
      if (role === 'viewer') expect(answer.status, path).not.toBe(403)
      else
        expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
          403,
          'FORBIDDEN_ROLE',
        ])
    }
    expect((await facade.control('POST', '/control/plan', { role: 'viewer', body: flipBody })).status).toBe(
      200,
    )
    expect((await facade.control('POST', '/control/flips', { role: 'viewer', body: flipBody })).status).toBe(
      403,
    )
    expect((await facade.status()).version).toBe(0)
  })

  it('reads its operators again when the file changes, and keeps them when it is damaged', async () => {
    const { facade, operatorsFile } = await setStageWithFacade()
    const token = randomUUID()
    const asNewcomer = () =>
      fetch(`${facade.controlUrl}/control/status`, { headers: { authorization: `Bearer ${token}` } })
    expect((await asNewcomer()).status).toBe(401)
    await writeFile(`${operatorsFile}.new`, JSON.stringify([operator('nora', 'viewer', token)]))
    await rename(`${operatorsFile}.new`, operatorsFile)
    expect((await asNewcomer()).status).toBe(200)
    expect((await facade.control('GET', '/control/status')).status).toBe(401)
    await writeFile(operatorsFile, '[{"name":"nora"')
    expect((await asNewcomer()).status).toBe(200)
    await rm(operatorsFile)
    expect((await asNewcomer()).status).toBe(401)
  })

  it('answers unknown names with the list of those there are', async () => {
    const { facade } = await setStageWithFacade()
    const wrong = [
      ['POST', '/control/plan', { names: ['emotion.analyse'], to: 'service' }],
      ['POST', '/control/flips', { names: ['nope'], to: 'service' }],
      ['POST', '/control/rollback', { names: ['nope'] }],
      ['GET', '/control/why?user=a&route=nope', undefined],
    ] as const
    for (const [method, path, body] of wrong) {
      const answer = await facade.control(method, path, { body })
      const said = (await answer.json()) as { code: string; message: string }
      expect([answer.status, said.code]).toEqual([400, 'UNKNOWN_NAME'])
      expect(said.message).toContain('emotion.analyze')
    }
    const unknownFlip = await facade.control('POST', '/control/rollback', { body: { flip: 'f99' } })
    expect([unknownFlip.status, await unknownFlip.json()]).toMatchObject([400, { code: 'UNKNOWN_NAME' }])
    expect((await facade.control('GET', '/control/flips/f99')).status).toBe(404)
  })

  it.each([
    ['an unknown stage', '/control/flips', { names: [ANALYZE], to: 'servise' }],
    ['a share that is none', '/control/flips', { names: [ANALYZE], to: 'canary', share: 100 }],
    ['an unknown field', '/control/flips', { ...flipBody, forse: true }],
    ['no names', '/control/flips', { names: [], to: 'service' }],
    ['nothing to roll back', '/control/rollback', {}],
    ['two things to roll back', '/control/rollback', { all: true, flip: 'f1' }],
    ['a list', '/control/flips', []],
    ['null', '/control/freeze', null],
  ])('answers 400 to %s', async (_what, path, body) => {
    const { facade } = await setStageWithFacade()
    const answer = await facade.control('POST', path, { body })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'BAD_REQUEST', request_id: expect.any(String) })
  })
})

describe('a flip', () => {
  it('is refused with 409, every reason and the plan, changes nothing, and is audited', async () => {
    const { facade } = await setStageWithFacade()
    const answer = await facade.control('POST', '/control/flips', {
      body: { ...flipBody, names: ['emotion', 'ai.reply'] },
    })
    expect(answer.status).toBe(409)
    const refused = (await answer.json()) as { code: string; plan: Plan }
    expect(refused.code).toBe('REFUSED')
    expect(refused.plan.refused.map(({ message }) => message).join(' ')).toMatch(
      /emotion.trends.*emotion.feedback.*EMOTIBOT_AI_URL/,
    )
    expect((await facade.status()).version).toBe(0)
    const { entries } = (await (await facade.control('GET', '/control/audit')).json()) as {
      entries: AuditEntry[]
    }
    expect(entries).toMatchObject([{ by: 'olga', action: 'refused', flip: null, why: 'because' }])
  })

  it('is refused when the service is not ready, force or not', async () => {
    const { facade, emotion } = await setStageWithFacade()
    emotion.isReady = false
    const answer = await facade.control('POST', '/control/flips', { body: { ...flipBody, force: true } })
    expect(answer.status).toBe(409)
    expect(await answer.text()).toContain('not ready')
    emotion.isReady = true
    expect(await facade.flip({ names: [ANALYZE], to: 'service', force: true })).toMatchObject({
      forced: true,
      by: 'olga',
    })
  })

  it('passes over evidence by force, and only by force', async () => {
    const { facade, emotion } = await setStageWithFacade()
    await facade.flip({ names: [ANALYZE], to: 'canary', share: 99 })
    emotion.handler = (_request, response) => response.writeHead(500).end()
    await vi.waitFor(async () => {
      await (await facade.analyze()).arrayBuffer()
      expect((await facade.status()).upstreams[1]).toMatchObject({ breaker: 'open' })
    })
    await expect(facade.flip({ names: [ANALYZE], to: 'service' })).rejects.toThrow('breaker is open')
    expect(await facade.flip({ names: [ANALYZE], to: 'service', force: true })).toMatchObject({
      forced: true,
    })
  })

  it('that two operators make at once is made once', async () => {
    const { startFacade } = await setStage()
    const facades = await Promise.all([startFacade(), startFacade()])
    const answers = await Promise.all(
      facades.map((facade) => facade.control('POST', '/control/flips', { body: flipBody })),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(await refused?.json()).toMatchObject({
      code: 'REFUSED',
      message: expect.stringContaining(ANALYZE),
    })
  })

  it('can be read again by its id', async () => {
    const { facade } = await setStageWithFacade()
    const receipt = await facade.flip({ names: [ANALYZE], to: 'canary', share: 5 })
    const again = await facade.control('GET', `/control/flips/${receipt.flip}`, { role: 'viewer' })
    expect(await again.json()).toEqual(receipt)
  })

  it('is possible back while frozen, not forward', async () => {
    const { facade } = await setStageWithFacade()
    await facade.flip({ names: [ANALYZE], to: 'canary', share: 5 })
    const frozen = await facade.control('POST', '/control/freeze', {
      body: { frozen: true, why: 'an incident' },
    })
    expect(await frozen.json()).toEqual({ is_frozen: true })
    expect((await facade.status()).is_frozen).toBe(true)
    await expect(facade.flip({ names: [ANALYZE], to: 'service' })).rejects.toThrow('frozen')
    expect((await facade.rollback({ all: true })).moves).toHaveLength(1)
    const { entries } = (await (await facade.control('GET', '/control/audit?limit=3')).json()) as {
      entries: AuditEntry[]
    }
    expect(entries.map(({ action }) => action)).toEqual(['rollback', 'refused', 'freeze'])
  })
})

describe('what people look at', () => {
  it('why: the side of one user on one route, step by step', async () => {
    const { facade } = await setStageWithFacade()
    const { flip } = await facade.flip({ names: [ANALYZE], to: 'canary', share: 50 })
    const ask = async (user: string) =>
      (await facade.control('GET', `/control/why?${new URLSearchParams({ user, route: ANALYZE })}`)).json()
    // Buckets 78 and 30, by the documented algorithm; the fold makes Bob and bob one.
    expect(await ask('alice')).toMatchObject({
      partition: 'alice',
      bucket: 78,
      share: 50,
      side: 'monolith',
      last_flip: flip,
    })
    expect(await ask('Bob')).toMatchObject({ partition: 'bob', bucket: 30, side: 'service', stage: 'canary' })
  })

  it('watch: the status at once, and on every flip', async () => {
    const { facade } = await setStageWithFacade()
    const stream = await facade.control('GET', '/control/watch', { role: 'viewer' })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
    let seen = ''
    const until = async (text: string) => {
      while (!seen.includes(text)) {
        const { value, done } = (await reader?.read()) ?? { done: true }
        if (done) throw new Error(`the stream ended before ${text}`)
        seen += value
      }
    }
    await until('"version":0')
    await facade.flip({ names: [ANALYZE], to: 'service' })
    await until('"version":1')
    expect(seen.startsWith('event: status\ndata: {')).toBe(true)
    await facade.app.close()
    await expect(until('never sent')).rejects.toThrow('the stream ended')
  })

  it('the API reference, served whole from here', async () => {
    const { facade } = await setStageWithFacade()
    const page = await fetch(`${facade.controlUrl}/reference`)
    const html = await page.text()
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const scripts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source ?? '')
    expect(scripts.length).toBeGreaterThan(0)
    for (const source of scripts) {
      expect(source).not.toMatch(/^(?:https?:)?\/\//)
      expect((await fetch(new URL(source, page.url))).status).toBe(200)
    }
    const document = (await (await fetch(`${facade.controlUrl}/openapi.json`)).json()) as { paths: object }
    const operations = Object.values(document.paths).flatMap((path: object) => Object.values(path)) as {
      operationId: string
    }[]
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual([...routeKeys].toSorted())
  })
})
