import { once } from 'node:events'
import { connect } from 'node:net'

const PATIENCE_MS = 5_000

/** Sends bytes as they are and gives what comes back until the other end closes or falls silent. */
export async function sendBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  socket.setTimeout(PATIENCE_MS, () => socket.destroy())
  socket.on('data', (data) => {
    answer += data.toString('latin1')
    // One whole answer is enough; a second one would show in the same bytes.
    socket.end()
  })
  socket.on('error', () => undefined)
  socket.write(bytes.replaceAll('{host}', host), 'latin1')
  await once(socket, 'close')
  return answer
}

/** What is wrong with an answer to bytes that are no good request. */
export function judgeBytes(answer: string): string | null {
  if (answer === '') return null
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
  if (!(status >= 400 && status < 500)) return `it was answered ${answer.slice(0, 60)}`
  const answers = answer.match(/HTTP\/1\.1 \d{3}/g)?.length ?? 0
  if (answers > 1) return 'it was taken for two requests'
  return answer.includes('"code":') && answer.includes('"request_id":')
    ? null
    : `an error of another shape: ${answer.slice(0, 200)}`
}
