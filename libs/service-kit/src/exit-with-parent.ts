/** Ends this process when the supervisor that started it is gone: its end of our standard input closes. */
export function exitWithParent(): void {
  if (process.env['EMOTIBOT_SUPERVISED'] !== '1') return
  process.stdin.resume()
  process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'))
}
