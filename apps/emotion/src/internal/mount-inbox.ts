import { type Inbox, inboxEndpoints } from '@emotibot/messaging'
import type { Server } from '@emotibot/service-kit'
import { notTakenInError } from '../errors.ts'
import { requireCallOfUs } from './service-tokens.ts'

/** Where events are pushed to, and where those that could not be taken in are looked at and replayed. */
export function mountInbox(server: Server, inbox: Inbox, secret: string): void {
  for (const { method, path, bodyLimit, handle } of inboxEndpoints(inbox)) {
    server.route({
      method,
      url: path,
      bodyLimit,
      onRequest: (request) => requireCallOfUs(request, secret),
      handler: async (request, reply) => {
        const params = request.params as Readonly<Record<string, string>>
        const { status, body } = await handle({ params, body: request.body }).catch((cause: unknown) => {
          throw notTakenInError(cause)
        })
        return body === null ? reply.status(status).send() : reply.status(status).send(body)
      },
    })
  }
}
