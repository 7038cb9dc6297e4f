import { routeList } from '@emotibot/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPlanted } from '../plant/start-planted.ts'
import { compareScenario } from '../run-scenario.ts'
import { monolithTarget } from '../targets/alone.ts'
import type { Target } from '../targets/target.ts'
import { doubleRoutes } from './double-routes.ts'
import { lookedAtEntries, walkedEntries } from './index.ts'
import { unknownCalls } from './page-calls.ts'
import { rateLimitFaults, startLimited } from './rate-limit.ts'
import { missingCommands } from './readme-commands.ts'
import { rawAddresses } from './socket-address.ts'

let left: Target
beforeAll(async () => {
  left = await monolithTarget('left')
})
afterAll(() => left.close())

/** A fresh side for a walk: people of a scenario can register on it once. */
async function freshly<T>(work: (right: Target) => Promise<T>): Promise<T> {
  const right = await monolithTarget('right')
  try {
    return await work(right)
  } finally {
    await right.close()
  }
}

const plants = walkedEntries.flatMap(({ number, scenario, breakages }) =>
  breakages.map((breakage) => ({ number, scenario, breakage, what: breakage.name })),
)

describe('a planted breakage is found', () => {
  it.each(plants)('$number: $what', async ({ scenario, breakage }) => {
    const found = await freshly(async (reference) =>
      freshly(async (right) => {
        const planted = await startPlanted(right, breakage)
        const mismatches = await compareScenario(scenario, reference, planted)
        await planted.close()
        return mismatches
      }),
    )
    expect(found.length).toBeGreaterThan(0)
    const routes: readonly string[] = scenario.routes
    expect(found.some(({ route }) => routes.includes(route))).toBe(true)
  })
})

describe('what stands in front changes nothing by itself', () => {
  it.each(walkedEntries)('$number: silent without a breakage', async ({ scenario }) => {
    const found = await freshly(async (right) => {
      const planted = await startPlanted(right, { name: 'nothing is broken' })
      const mismatches = await compareScenario(scenario, left, planted)
      await planted.close()
      return mismatches
    })
    expect(found).toEqual([])
  })
})

describe('what we ship', () => {
  it.each(lookedAtEntries)('$number: $name', async ({ find }) => {
    expect(await find()).toEqual([])
  })
})

describe('a planted fault of what we ship is found', () => {
  it.each([
    `new WebSocket('ws://localhost:5002')`,
    `new WebSocket('wss://realtime.example/ws')`,
    `const url = \`ws://\${location.hostname}:5002/ws\``,
  ])('14: %s', (text) => {
    expect(rawAddresses([{ file: 'a.js', text }])).not.toEqual([])
  })

  it('14: the page’s own origin is no fault', () => {
    const text = `new WebSocket(\`ws://\${window.location.host}/ws\`) // not ws://localhost`
    expect(rawAddresses([{ file: 'a.js', text }])).toEqual([])
  })

  it('15: another limit at the gateway', async () => {
    const stack = await startLimited('monolith', { EMOTIBOT_RATE_LIMIT: '60' })
    expect(await rateLimitFaults(stack.facade.url)).toContainEqual(expect.stringContaining('fewer than 100'))
    await stack.close()
  })

  it('15: all clients are one address', async () => {
    const stack = await startLimited('monolith', { EMOTIBOT_TRUST_PROXY: '192.0.2.1' })
    expect(await rateLimitFaults(stack.facade.url)).toContain('another client address was answered 429')
    await stack.close()
  })

  it('16: a route that is there twice', () => {
    const [first] = routeList.filter(({ path }) => path.includes(':'))
    const twin = { ...first!, key: 'twin', path: first!.path.replace(':id', ':other') }
    expect(doubleRoutes([...routeList, twin])).toEqual([expect.stringContaining('twin')])
  })

  it.each([
    `deleteAccount: () => call('DELETE', '/api/users/me')`,
    `logOut: () => call('GET', '/api/auth/logout')`,
    `history: (id) => call('GET', \`\${at(id)}/messages\${query({ before })}\`)`,
    '<a href="/api/conversations/download?format=json">',
  ])('18: %s', (text) => {
    expect(unknownCalls([{ file: 'api.js', text }])).toEqual([expect.stringContaining('exists nowhere')])
  })

  it.each([
    ['run `npm run nothing`', 'no such script'],
    ['run `npm run broken`', 'scripts/gone.mjs is not there'],
    ['run `npm run half`', 'scripts/commands/half.ts is not there'],
    ['run `./fig dance`', 'no such verb'],
    ['see [the runbook](docs/gone.md)', 'docs/gone.md, which is not there'],
  ])('20: %s', (document, fault) => {
    const scripts = { broken: 'node scripts/gone.mjs', half: 'node scripts/enter.mjs half' }
    const exists = (path: string) => path === 'scripts/enter.mjs'
    expect(missingCommands(document, { scripts, exists })).toEqual([expect.stringContaining(fault)])
  })
})
