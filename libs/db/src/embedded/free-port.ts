import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below what systems hand out to outgoing connections (Linux from 32768, others from 49152), so that no
 * connection made between asking and listening can take the port that was found. */
const LOWEST = 15_000
const HIGHEST = 32_767
const TRIES = 100

const handedOut = new Set<number>()

/**
 * `wanted` when it can be had on the loopback address, else any free port. 0 is any free port; this process is
 * never told the same one twice.
 */
export async function freePort(wanted: number): Promise<number> {
  if (wanted !== 0 && (await canListen(wanted))) return wanted
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1)
    if (handedOut.has(port) || !(await canListen(port))) continue
    handedOut.add(port)
    return port
  }
  throw new Error(`no free port found in ${TRIES} tries between ${LOWEST} and ${HIGHEST}`)
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
