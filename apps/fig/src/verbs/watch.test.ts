import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createInterface } from 'node:readline'
import type { Status } from '@emotibot/contracts'
import { expect, it } from 'vitest'
import { startControlServer, TOKEN } from '../testing/control-server.ts'
import { exampleRoute, exampleStatus } from '../testing/examples.ts'
import { spawnFig } from '../testing/run-process.ts'

const event = (status: Status) => `event: status\ndata: ${JSON.stringify(status)}\n\n`

it('prints a line per change in a pipe and connects again when the stream breaks', async () => {
  const moved = exampleStatus({
    routes: [{ ...exampleRoute('emotion.analyze', 'canary', 25), changed_by: 'nora' }],
  })
  const streams: ServerResponse[] = []
  const server = await startControlServer({
    'GET /control/status': { status: 200, body: exampleStatus() },
    'GET /control/watch': (response) => {
      streams.push(response)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (streams.length === 1) response.write(event(exampleStatus()), () => response.destroy())
      else response.write(event(moved))
    },
  })
  const child = spawnFig(['watch'], { EMOTIBOT_CONTROL_URL: server.url, EMOTIBOT_OPERATOR_TOKEN: TOKEN })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  expect((await lines.next()).value).toMatch(/watching \d+ routes, 0 not on the monolith/)
  expect((await lines.next()).value).toContain('emotion.analyze monolith -> canary 25% by nora')
  expect(streams.length).toBe(2)
  child.kill('SIGINT')
  await once(child, 'close')
  await server.close()
})
