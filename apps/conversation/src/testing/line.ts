import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type Line = {
  readonly url: string
  cut(): void
  mend(): void
}

/** A line to a database that can be cut: real bytes go through it until then. Gone with the test. */
export async function openLine(target: string): Promise<Line> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((inward) => {
    if (isCut) return void inward.destroy()
    const outward = connect(Number(port), hostname)
    for (const socket of [inward, outward]) sockets.add(socket)
    inward.pipe(outward).pipe(inward)
    inward.on('error', () => undefined).on('close', () => outward.destroy())
    outward.on('error', () => undefined).on('close', () => inward.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  onTestFinished(() => {
    cut()
    server.close()
  })
  const url = new URL(target)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: url.href,
    cut,
    mend() {
      isCut = false
    },
  }
}
