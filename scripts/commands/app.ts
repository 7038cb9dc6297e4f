// npm run app -- restart NAME | scale NAME N: one app alone, while the rest of `npm start` runs.
import { dataFolder } from '../stack/places.ts'
import { type RunFile, readRunFile } from '../stack/run-file.ts'

const USAGE = 'Usage: npm run app -- restart NAME\n       npm run app -- scale NAME 0|1\n'

type Order = { name: string; order: 'restart' | 'stop' | 'start' }

function readOrder([verb, name, count]: readonly string[]): Order {
  if (verb === 'restart' && name) return { name, order: 'restart' }
  if (verb === 'scale' && name && count === '0') return { name, order: 'stop' }
  if (verb === 'scale' && name && count === '1') return { name, order: 'start' }
  const isMore = verb === 'scale' && Number(count) > 1
  const reason = isMore
    ? 'This stack runs one process of each app: several need a balancer in front of them.\n'
    : ''
  return leave(2, reason + USAGE)
}

function readRunOrLeave(): RunFile {
  const dataDir = dataFolder()
  return readRunFile(dataDir) ?? leave(1, `Nothing runs on ${dataDir}. Start it with: npm start\n`)
}

async function send({ supervisor }: RunFile, { name, order }: Order): Promise<void> {
  const headers = { authorization: `Bearer ${supervisor.token}` }
  const answer = await fetch(`${supervisor.url}/parts/${encodeURIComponent(name)}/${order}`, {
    method: 'POST',
    headers,
  })
  const { message } = (await answer.json()) as { message: string }
  if (!answer.ok) leave(1, `${message}\n`)
  process.stdout.write(`${message}\n`)
}

function leave(code: number, reason: string): never {
  process.stderr.write(reason)
  process.exit(code)
}

const order = readOrder(process.argv.slice(2))
await send(readRunOrLeave(), order)
