/** A pause that can be cut short, also by a ring that came just before it. */
export type Bell = {
  ring(): void
  wait(forMs: number, signal: AbortSignal): Promise<void>
}

export function createBell(): Bell {
  let isRung = false
  let wakeUp: (() => void) | null = null

  return {
    ring: () => {
      isRung = true
      wakeUp?.()
    },
    wait: async (forMs, signal) => {
      if (!isRung && !signal.aborted) {
        const { promise, resolve } = Promise.withResolvers<void>()
        const end = () => resolve()
        const timer = setTimeout(end, forMs)
        wakeUp = end
        signal.addEventListener('abort', end, { once: true })
        await promise
        wakeUp = null
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
      }
      isRung = false
    },
  }
}
