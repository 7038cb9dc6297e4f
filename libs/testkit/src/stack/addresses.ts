import { freePort } from '@emotibot/db'

const NAMES = ['auth', 'emotion', 'conversation', 'mover', 'internal'] as const
type Name = (typeof NAMES)[number]

export type Address = { readonly port: string; readonly url: string }

/**
 * Chosen before anything starts, for some know of each other both ways: the monolith reads auth's keys, services ask each
 * other through the facade, whose internal port is `internal`, and the facade sends requests to them.
 */
export async function chooseAddresses(): Promise<Readonly<Record<Name, Address>>> {
  const chosen: [Name, Address][] = []
  const taken = new Set<number>()
  for (const name of NAMES) {
    let port = await freePort(0)
    while (taken.has(port)) port = await freePort(0)
    taken.add(port)
    chosen.push([name, { port: String(port), url: `http://127.0.0.1:${port}` }])
  }
  return Object.fromEntries(chosen) as Record<Name, Address>
}
