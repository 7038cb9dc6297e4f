import { POSITION_HEADER, routes } from '@emotibot/contracts'
import { Pool } from 'undici'
import { actAt, capacityOf } from '../load/drive.ts'

const CONNECTIONS = 64

/** Log outs through the front door: each a durable write of the user's side. */
export type Writers = {
  /** As many a second as eight at a time can do. */
  capacity(seconds: number): Promise<number>
  /** So many a second, whether or not the answers keep up, until aborted; answers how many were answered. */
  write(perSecond: number, signal: AbortSignal): Promise<number>
  close(): Promise<void>
}

export type WritersOptions = {
  readonly url: string
  /** One for each write; taken from the end. */
  readonly tokens: string[]
  readonly onWritten: (position: string) => void
}

export function createWriters({ url, tokens, onWritten }: WritersOptions): Writers {
  const pool = new Pool(url, { connections: CONNECTIONS })
  const { path, method } = routes['auth.logout']

  async function writeOnce(): Promise<void> {
    const token = tokens.pop()
    if (token === undefined) throw new Error('There are no sessions left to end.')
    const { statusCode, headers, body } = await pool.request({
      path,
      method,
      headers: { authorization: `Bearer ${token}` },
    })
    const text = await body.text()
    if (statusCode !== 204) throw new Error(`A logout was answered ${statusCode}: ${text}`)
    onWritten(String(headers[POSITION_HEADER] ?? ''))
  }

  return {
    capacity: (seconds) => capacityOf(writeOnce, { seconds, atOnce: 8 }),
    write: (perSecond, signal) => actAt(writeOnce, { perSecond, signal }),
    close: () => pool.destroy(),
  }
}
