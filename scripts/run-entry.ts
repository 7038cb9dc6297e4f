import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { inRepository } from './stack/places.ts'

/**
 * Runs `src/main.ts` of a package with the arguments of the command, in the folder the command was called
 * from, and ends as it ends.
 */
export async function runEntry(packageFolder: string): Promise<never> {
  const entry = inRepository(packageFolder, 'src', 'main.ts')
  const args = ['--disable-warning=ExperimentalWarning', entry, ...process.argv.slice(2)]
  const cwd = process.env['EMOTIBOT_CALLED_FROM'] ?? process.cwd()
  const child = spawn(process.execPath, args, { stdio: 'inherit', cwd })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const [code, signal] = await once(child, 'exit')
  process.exit(typeof code === 'number' ? code : signal === 'SIGINT' ? 130 : 1)
}
