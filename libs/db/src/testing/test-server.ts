import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, closeSync, lstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { noTestServerError } from '../errors.ts'

/** What the keeper writes down when its server is up. */
export type KeeperNote = { keeperPort: number; url: string }

export const noteFile = (folder: string): string => join(folder, 'keeper.json')

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url))
const UP_WITHIN_MS = 40_000
let serverUrl: Promise<string> | undefined

/** The admin URL of the server that all test processes of this checkout share; starts it when needed. */
export function testServerUrl(): Promise<string> {
  serverUrl ??= joinServer(sharedFolder())
  return serverUrl
}

/** One folder per user and checkout, that no other user can have put there for us. */
function sharedFolder(): string {
  const uid = process.getuid?.() ?? 0
  const checkout = createHash('sha256').update(KEEPER).digest('hex').slice(0, 10)
  const folder = join(tmpdir(), `emotibot-tests-${uid}-${checkout}`)
  mkdirSync(folder, { recursive: true })
  if (process.getuid && lstatSync(folder).uid !== uid)
    throw noTestServerError(folder, 'the folder is another user’s')
  chmodSync(folder, 0o711)
  return folder
}

/**
 * Joins the keeper that is there, or starts one. Of several that start at once, one gets the folder,
 * and all join that one; a keeper that is about to leave is waited for.
 */
async function joinServer(folder: string): Promise<string> {
  const deadline = Date.now() + UP_WITHIN_MS
  while (Date.now() < deadline) {
    const joined = await tryJoin(folder)
    if (joined) return joined
    const ended = startKeeper(folder)
    await Promise.race([ended, waitForNote(folder)])
  }
  throw noTestServerError(folder, readText(join(folder, 'keeper.log')))
}

async function waitForNote(folder: string): Promise<void> {
  const before = readText(noteFile(folder))
  const deadline = Date.now() + 10_000
  while (readText(noteFile(folder)) === before && Date.now() < deadline) await delay(20)
}

/** The keeper counts open connections: ours stays open until this process ends, and does not keep it alive. */
async function tryJoin(folder: string): Promise<string | undefined> {
  const note = readText(noteFile(folder))
  if (note === '') return undefined
  const { keeperPort, url } = JSON.parse(note) as KeeperNote
  const socket = connect(keeperPort, '127.0.0.1')
  try {
    await once(socket, 'data')
    socket.on('error', () => undefined)
    socket.unref()
    return url
  } catch {
    socket.destroy()
    return undefined
  }
}

async function startKeeper(folder: string): Promise<void> {
  const log = openSync(join(folder, 'keeper.log'), 'a')
  const keeper = spawn(process.execPath, [KEEPER, folder], {
    detached: true,
    stdio: ['ignore', 'ignore', log],
  })
  closeSync(log)
  keeper.unref()
  await once(keeper, 'exit')
  await delay(100)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
