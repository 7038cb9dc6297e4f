import type { Server } from 'node:http'

/** Listens on any free port, tells the benchmark where, and ends with it. */
export function sayUrl(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address) sayListening(`http://127.0.0.1:${address.port}`)
  })
}

export function sayListening(url: string): void {
  process.send?.(url)
  process.once('disconnect', () => process.exit(0))
}
