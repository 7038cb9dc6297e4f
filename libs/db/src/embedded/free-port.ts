import { createServer } from 'node:net'

/** `wanted` when it can be had on the loopback address, else any free port. 0 is any free port. */
export async function freePort(wanted: number): Promise<number> {
  const port = await listenOnce(wanted).catch(() => undefined)
  return port ?? (await listenOnce(0))
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(address && typeof address === 'object' ? address.port : port))
    })
  })
}
