// npm run app -- restart NAME | scale NAME N: one app alone, while the rest of `npm start` runs.
import { dataFolder } from '../stack/places.ts'
import { type RunFile, readRunFile } from '../stack/run-file.ts'

const USAGE = `Usage: npm run app -- restart NAME
       npm run app -- scale NAME N     0 stops it; ai, auth, conversation and emotion may be up to 4 processes
`

/** The path of the order at the supervisor. */
function readOrder([verb, name, count, ...more]: readonly string[]): string {
  if (!name || more.length > 0) return leave(2, USAGE)
  const part = `/parts/${encodeURIComponent(name)}`
  if (verb === 'restart' && count === undefined) return `${part}/restart`
  if (verb === 'scale' && /^\d{1,3}$/.test(count ?? '')) return `${part}/scale/${count}`
  return leave(2, USAGE)
}

function readRunOrLeave(): RunFile {
  const dataDir = dataFolder()
  return readRunFile(dataDir) ?? leave(1, `Nothing runs on ${dataDir}. Start it with: npm start\n`)
}

async function send({ supervisor }: RunFile, order: string): Promise<void> {
  const headers = { authorization: `Bearer ${supervisor.token}` }
  const answer = await fetch(supervisor.url + order, { method: 'POST', headers })
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
