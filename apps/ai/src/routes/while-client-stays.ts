import type { Socket } from 'node:net'

type Request = { readonly raw: { readonly socket: Socket } }

/**
 * Does work with a signal that is given when the client's connection closes before it is done. Not `request.signal`:
 * that one is also given once a body has been read.
 */
export async function whileClientStays<T>(
  { raw: { socket } }: Request,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  socket.once('close', leave)
  if (socket.destroyed) leave()
  try {
    return await work(leaving.signal)
  } finally {
    socket.off('close', leave)
  }
}
