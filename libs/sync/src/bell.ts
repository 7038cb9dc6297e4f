/** A pause that can be cut short, also by a ring that came just before it. */
export type Bell = {
  ring(): void
  /** Whether it has rung since this was last asked. */
  hasRung(): boolean
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
    hasRung: () => {
      const was = isRung
      isRung = false
      return was
    },
    wait: async (forMs, signal) => {
      if (isRung || signal.aborted) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = Number.isFinite(forMs) ? setTimeout(resolve, forMs) : undefined
      wakeUp = resolve
      signal.addEventListener('abort', resolve as () => void, { once: true })
      await promise
      wakeUp = null
      clearTimeout(timer)
      signal.removeEventListener('abort', resolve as () => void)
    },
  }
}
