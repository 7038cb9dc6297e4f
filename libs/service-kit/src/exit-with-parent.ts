const GRACE_MS = 15_000

/**
 * The child's half of a promise: nothing outlives the supervisor, also when it is killed. It holds the other end of
 * our standard input, which the system closes with it; then this process asks itself to stop in order, and ends
 * anyway after a while. Does nothing where there is no supervisor (`EMOTIBOT_SUPERVISED` is not 1).
 */
export function exitWithParent(): void {
  if (process.env['EMOTIBOT_SUPERVISED'] !== '1') return
  const stop = () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref()
    process.kill(process.pid, 'SIGTERM')
  }
  process.stdin.on('error', () => undefined)
  process.stdin.once('close', stop)
  process.stdin.resume()
}
