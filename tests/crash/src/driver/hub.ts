import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Announced = { readonly name: string; readonly step: string; readonly moment: string }

/** Where drivers ask whether they may go on. */
export type Hub = {
  readonly url: string
  /** Every step that was announced, in order. */
  readonly announced: readonly Announced[]
  /** Asked of every announcement: whether its driver waits until `release`. */
  holdIf(shouldWait: (announced: Announced) => boolean): void
  /** Lets one driver, or everybody, go on. */
  release(name?: string): void
  /** Whether one waits there. */
  isWaiting(wanted: Announced): boolean
  close(): Promise<void>
}

export async function openHub(): Promise<Hub> {
  const announced: Announced[] = []
  const waiting: { readonly who: Announced; readonly response: ServerResponse }[] = []
  let shouldWait: (who: Announced) => boolean = () => false
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://hub')
    const of = (key: string) => searchParams.get(key) ?? ''
    const who = { name: of('name'), step: of('step'), moment: of('moment') }
    announced.push(who)
    if (shouldWait(who)) waiting.push({ who, response })
    else response.end()
  })
  // A driver may wait for as long as a case takes.
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    announced,
    holdIf: (judge) => {
      shouldWait = judge
    },
    release: (name) => {
      for (const { who, response } of waiting.splice(0)) {
        if (name === undefined || who.name === name) response.end()
        else waiting.push({ who, response })
      }
    },
    isWaiting: ({ name, step, moment }) =>
      waiting.some(({ who }) => who.name === name && who.step === step && who.moment === moment),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
