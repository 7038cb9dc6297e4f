import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorBody, INTERNAL, ON_BEHALF_OF } from '@emotibot/contracts'
import { verifyServiceToken } from '@emotibot/service-kit'
import { onTestFinished } from 'vitest'
import { SECRET } from './sign-token.ts'

/** Speaks for conversation behind the facade's internal port: which turns there are, and whose. */
export type TurnPort = {
  readonly url: string
  /** User ids by turn. */
  readonly turns: Map<string, string>
  readonly asked: { readonly path: string; readonly headers: IncomingHttpHeaders }[]
  /** Answers this status to whatever it is asked; null as it should. */
  status: number | null
}

export async function startTurnPort(): Promise<TurnPort> {
  const turns = new Map<string, string>()
  const asked: TurnPort['asked'] = []
  const server = createServer(async ({ url: path = '', headers }, response) => {
    asked.push({ path, headers })
    const { status, body } = await answerOf(path, headers)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })

  async function answerOf(path: string, headers: IncomingHttpHeaders) {
    if (port.status !== null) return { status: port.status, body: errorBody('BUSY', 'told to', 'r') }
    await verifyServiceToken(String(headers[ON_BEHALF_OF.token]), { secret: SECRET, audience: INTERNAL })
    const turnId = decodeURIComponent(path.split('/').at(-1) ?? '')
    const userId = turns.get(turnId)
    return userId === headers[ON_BEHALF_OF.user]
      ? { status: 200, body: { turn_id: turnId, user_id: userId } }
      : { status: 404, body: errorBody('NOT_FOUND', 'no such turn', 'r') }
  }

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const port: TurnPort = { url, turns, asked, status: null }
  return port
}
