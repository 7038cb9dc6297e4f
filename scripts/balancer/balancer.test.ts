import { once } from 'node:events'
import { Agent, createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '@emotibot/db'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { Balancer } from './balancer.ts'

let port: number
let balancer: Balancer
beforeEach(async () => {
  port = await freePort(0)
  balancer = new Balancer(port)
})

type Behaviour = Parameters<typeof createServer>[1]

/** A process of the app. */
async function startApp(name: string, behave?: Behaviour): Promise<{ server: Server; port: number }> {
  const echo: Behaviour = async (incoming, answer) => {
    let body = ''
    for await (const bytes of incoming) body += bytes
    const { method, url, headers } = incoming
    answer.setHeader('set-cookie', ['a=1', 'b=2'])
    answer.end(JSON.stringify({ name, method, url, body, asked: headers['x-asked'] }))
  }
  const server = createServer(behave ?? echo).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

async function add(name: string, behave?: Behaviour) {
  const app = await startApp(name, behave)
  const target = await balancer.add(app.port)
  onTestFinished(() => balancer.remove(target))
  return { ...app, target }
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

/** By one connection that is kept, as a front door does. */
function ask(path = '/', body = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, path, agent, method: 'POST' }, async (answer) => {
      let text = ''
      for await (const bytes of answer) text += bytes
      resolve(text)
    })
    asked.once('error', reject)
    asked.end(body)
  })
}
const nameOf = async (asked: Promise<string>) => (JSON.parse(await asked) as { name: string }).name

describe('a balancer', () => {
  it('sends requests on as they are, and answers back', async () => {
    await add('one')
    const answer = await fetch(`http://127.0.0.1:${port}/a?b=c`, {
      method: 'PUT',
      body: 'x'.repeat(300_000),
      headers: { 'x-asked': 'yes' },
    })
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(await answer.json()).toEqual({
      name: 'one',
      method: 'PUT',
      url: '/a?b=c',
      body: 'x'.repeat(300_000),
      asked: 'yes',
    })
  })

  it('sends each to the process that has the fewest', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    await add('slow', async (_, answer) => {
      await held
      answer.end('{"name":"slow"}')
    })
    const first = fetch(`http://127.0.0.1:${port}/`)
    await delay(50)
    await add('quick')
    for (let at = 0; at < 5; at++) expect(await nameOf(ask())).toBe('quick')
    release()
    expect(((await (await first).json()) as { name: string }).name).toBe('slow')
  })

  it('takes a process out between two requests of one connection, and what it has under way is finished', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const old = await add('old', async (_, answer) => {
      answer.write('{"name":')
      await held
      answer.end('"old"}')
    })
    const asked = nameOf(ask())
    await delay(50)
    await add('new')
    const drained = balancer.drain(old.target)
    expect(await Promise.race([drained.then(() => 'drained'), delay(50, 'not yet')])).toBe('not yet')
    release()
    expect(await asked).toBe('old')
    await drained
    old.server.close()
    expect(await nameOf(ask())).toBe('new')
  })

  it('sends a request to another process where one cannot be reached', async () => {
    const gone = await add('gone')
    await add('there')
    gone.server.close()
    gone.server.closeAllConnections()
    for (let at = 0; at < 4; at++) expect(await nameOf(ask('/', 'body'))).toBe('there')
  })

  it('breaks off what a process breaks off, for nobody knows whether it was done', async () => {
    await add('breaks', (incoming) => void incoming.socket.destroy())
    await expect(ask()).rejects.toThrow()
  })

  it('refuses connections while there is no process, as an app does that is down', async () => {
    const { target } = await add('only')
    await ask()
    balancer.remove(target)
    const socket = connect(port, '127.0.0.1')
    const [error] = await once(socket, 'error').catch((cause: unknown) => [cause])
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
    await add('again')
    expect(await nameOf(ask())).toBe('again')
  })

  it('does not take an address that is somebody else’s', async () => {
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    await expect(balancer.add(1)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
