import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { createServer } from '@emotibot/service-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// Brings every module of the page before the type checker.
import type {} from './page/app.js'
import { mountUi } from './routes.ts'

const FIRST_LOAD_MOST_BYTES = 100 * 1024
const server = createServer({ name: 'page', logLevel: 'silent' })
const get = (url: string, headers: Record<string, string> = {}) => server.inject({ url, headers })

beforeAll(() => mountUi(server))
afterAll(() => server.close())

describe('the page', () => {
  it('is served with a policy that lets nothing in but its own files', async () => {
    const { statusCode, headers } = await get('/')
    expect(statusCode).toBe(200)
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("connect-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).toContain("base-uri 'none'")
    expect(policy).toContain("form-action 'self'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toMatch(/https?:/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    })
  })

  it('is asked for again by etag and not sent twice', async () => {
    const first = await get('/assets/app.js')
    expect(first.headers['cache-control']).toBe('public, no-cache')
    const again = await get('/assets/app.js', { 'if-none-match': String(first.headers.etag) })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  it('goes out gzipped to whoever takes that', async () => {
    const plain = await get('/assets/chat.css')
    const packed = await get('/assets/chat.css', { 'accept-encoding': 'gzip, br' })
    expect(packed.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(packed.rawPayload).toString()).toBe(plain.body)
  })

  it('has an icon', async () => {
    const { statusCode, headers } = await get('/favicon.ico')
    expect([statusCode, headers['content-type']]).toEqual([200, 'image/svg+xml'])
  })

  it.each(['/assets/', '/assets/nothing.js', '/assets/%2e%2e/routes.ts', '/assets/..%2froutes.ts'])(
    'answers %s with a plain 4xx in the one error shape',
    async (url) => {
      const answer = await get(url)
      expect(answer.statusCode).toBeGreaterThanOrEqual(400)
      expect(answer.statusCode).toBeLessThan(500)
      expect(answer.json()).toHaveProperty('request_id')
    },
  )

  it('loads in less than 100 KiB, all from its own origin', async () => {
    const files = await filesOfFirstLoad()
    expect(files).toContain('/assets/turns-view.js')
    let bytes = 0
    for (const url of files) {
      const answer = await get(url, { 'accept-encoding': 'gzip' })
      expect(answer.statusCode, url).toBe(200)
      bytes += answer.rawPayload.length
    }
    expect(bytes).toBeLessThan(FIRST_LOAD_MOST_BYTES)
  })

  it('names every module that its scripts load, so that they load side by side', async () => {
    const html = await readFile(new URL('./page/index.html', import.meta.url), 'utf8')
    const modules = (await filesOfFirstLoad()).filter((url) => url.endsWith('.js'))
    for (const url of modules) expect(html).toContain(`href="${url}"`)
  })
})

/** What a browser fetches: the page, what it names, and what its modules import in turn. */
async function filesOfFirstLoad(): Promise<string[]> {
  const found = new Set(['/', '/assets/faces.svg'])
  for (const url of found) {
    const { body } = await get(url)
    for (const [, name = ''] of body.matchAll(/(?:src|href)="(\/[\w./-]+)"/g)) {
      if (!name.startsWith('/api/')) found.add(name)
    }
    if (url.endsWith('.js')) {
      for (const [, name] of body.matchAll(/from '\.\/([\w-]+\.js)'/g)) found.add(`/assets/${name}`)
    }
  }
  return [...found]
}
