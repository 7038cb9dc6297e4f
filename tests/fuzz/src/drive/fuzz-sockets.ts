import { connectSocket, type LiveSocket, type Stack, until } from '@emotibot/testkit'
import { judgeClose, judgeFrame } from '../judge/judge-frame.ts'

const FRAMES_PER_SOCKET = 25

/** Sends frames over sockets of a user and of a guest by turns, and gives what was wrong with what came back. */
export async function fuzzSockets(stack: Stack, frames: readonly string[]): Promise<string[]> {
  const { cookie } = await stack.createUser()
  const faults: string[] = []
  for (let at = 0; at < frames.length; at += FRAMES_PER_SOCKET) {
    const isUser = (at / FRAMES_PER_SOCKET) % 2 === 0
    const socket = await connectSocket(stack.facade.url, isUser ? { cookie } : {})
    const batch = frames.slice(at, at + FRAMES_PER_SOCKET)
    faults.push(...(await fuzzSocket(socket, batch)).map((fault) => `frames from ${at}: ${fault}`))
  }
  return faults
}

/** Every frame is answered, or the socket is closed with a code the page knows. */
async function fuzzSocket(socket: LiveSocket, batch: readonly string[]): Promise<string[]> {
  let closeCode: number | null = null
  void socket.closed.then((code) => {
    closeCode = code
  })
  for (const frame of batch) if (closeCode === null) socket.sendText(frame)
  if (closeCode === null) socket.send({ type: 'preview', text: 'the last one' })
  const isOver = () =>
    closeCode !== null || socket.frames.some(({ type }) => type === 'emotion.preview' || type === 'error')
  await until('the socket answers or closes', isOver)
  const closed = closeCode === null ? null : judgeClose(closeCode)
  await socket.close()
  return [...socket.frames.map(judgeFrame), closed].filter((fault) => fault !== null)
}
