const PARENT_POLL_MS = 500

/**
 * Resolves when this process is asked to stop: by a signal, however often it comes (Ctrl-C reaches us
 * from the terminal and again through enter.mjs), or because the command that started it is gone.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    const parent = process.ppid
    const isFromTheDoor = process.env['EMOTIBOT_CALLED_FROM'] !== undefined
    const poll = setInterval(() => {
      if (isFromTheDoor && process.ppid !== parent) resolve()
    }, PARENT_POLL_MS)
    poll.unref()
  })
}
