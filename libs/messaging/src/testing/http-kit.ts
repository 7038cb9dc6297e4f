import { freePort } from '@emotibot/db'
import { createHttpTransport } from '../http/http-transport.ts'
import { serveInbox } from './http-consumer.ts'
import type { TransportKit } from './kit.ts'

/** Consumers keep their address over restarts. */
export async function createHttpKit(): Promise<TransportKit> {
  const ports = new Map<string, number>()
  for (const name of ['emotion', 'realtime']) ports.set(name, await freePort(0))
  return {
    runs: 8,
    renew: () => undefined,
    openTransport: (consumers) =>
      createHttpTransport({
        subscribers: consumers.map((name) => ({ name, url: `http://127.0.0.1:${ports.get(name)}` })),
        tokenFor: async (name) => `for ${name}`,
      }),
    startConsumer: async (name, inbox) => {
      const { close } = await serveInbox(inbox, ports.get(name))
      return { stop: close }
    },
    close: async () => undefined,
  }
}
