import { ApiError } from '@emotibot/service-kit'

/** Runs what shares a key one after another, so that a retry waits for the first try instead of racing it. */
export type KeyQueue = { inTurn<T>(key: string, work: () => Promise<T>): Promise<T> }

/** Throws ApiError BUSY to whoever comes when `waitingMax` already wait for the same key. */
export function createKeyQueue({ waitingMax }: { waitingMax: number }): KeyQueue {
  const lines = new Map<string, { last: Promise<unknown>; length: number }>()

  return {
    async inTurn(key, work) {
      const line = lines.get(key) ?? { last: Promise.resolve(), length: 0 }
      if (line.length > waitingMax)
        throw new ApiError('BUSY', 'Too many retries of this request are waiting. Wait for the first one.', {
          headers: { 'retry-after': '1' },
        })
      lines.set(key, line)
      line.length += 1
      const mine = line.last.then(work, work)
      line.last = mine
      try {
        return await mine
      } finally {
        line.length -= 1
        if (line.length === 0) lines.delete(key)
      }
    },
  }
}
