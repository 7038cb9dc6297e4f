import { Agent, fetch as undiciFetch } from 'undici'

/** `fetch` with a source address of its own. Only Linux answers for the whole 127.0.0.0/8 unasked. */
export function fetchFrom(address: string): typeof fetch {
  const isBound = process.platform === 'linux'
  const dispatcher = new Agent({
    ...(isBound ? { localAddress: address } : {}),
    connections: 2,
    headersTimeout: 15_000,
  })
  const send = (input: unknown, init?: object) => undiciFetch(String(input), { ...init, dispatcher })
  return send as unknown as typeof fetch
}
