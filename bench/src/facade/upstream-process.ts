// What stands behind every proxy: the least a server can do for an answer of about 200 bytes.
import { createServer } from 'node:http'
import { INTERNAL_PATHS } from '@emotibot/contracts'
import { sayUrl } from './say-url.ts'

const ANSWER = JSON.stringify({
  suggestions: Array.from({ length: 6 }, (_, at) => `A calm way to begin ${at}...`),
})
const OWN = new Map<string, string>([
  [INTERNAL_PATHS.ready, JSON.stringify({ status: 'ok', checks: {} })],
  [INTERNAL_PATHS.about, JSON.stringify({ name: 'monolith', build: 'bench', routes: [] })],
])

const server = createServer((request, response) => {
  const body = OWN.get(request.url ?? '') ?? ANSWER
  request.resume().once('end', () => {
    response.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    })
    response.end(body)
  })
})
sayUrl(server)
