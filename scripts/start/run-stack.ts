import { randomBytes } from 'node:crypto'
import { join, relative } from 'node:path'
import { DEMO_USER } from '../seed/legacy-file.ts'
import { openControlChannel } from '../stack/control-channel.ts'
import { ROOT } from '../stack/places.ts'
import { residentBytes } from '../stack/resident-memory.ts'
import { describeStack, type Stack } from '../stack/stack.ts'
import { Supervisor } from '../supervisor/supervisor.ts'
import { greeting } from './greeting.ts'
import { prepareData } from './prepare-data.ts'
import { Reporter } from './reporter.ts'
import { RunNote } from './run-note.ts'
import { withFreshPorts } from './with-fresh-ports.ts'

export type RunOptions = { dataDir: string; withVisitors: boolean }

/** Runs everything until `stop` resolves, which it may at any time, also while parts are still starting. */
export async function runStack(options: RunOptions, stop: Promise<void>): Promise<void> {
  await withFreshPorts(() => runOnce(options, stop))
}

async function runOnce({ dataDir, withVisitors }: RunOptions, stop: Promise<void>): Promise<void> {
  const secrets = prepareData(dataDir)
  const reporter = new Reporter(dataDir)
  const note = new RunNote(dataDir)
  const onLine = (part: string, line: string) => reporter.line(part, line)
  const stack = await describeStack({ dataDir, secrets, withVisitors, onLine })
  const supervisor = new Supervisor(stack.parts, (event) => {
    reporter.event(event)
    note.update(supervisor.pids())
  })
  const token = randomBytes(24).toString('base64url')
  const channel = await openControlChannel(supervisor, token)
  void stop.then(() => supervisor.stop())
  try {
    await supervisor.start()
    const facts = { stack, operatorToken: secrets.operator_token, supervisor: { url: channel.url, token } }
    note.open(facts, supervisor.pids())
    process.stdout.write(greetingOf(dataDir, stack, secrets.demo_password))
    await stop
  } finally {
    note.close()
    channel.close()
    await supervisor.stop()
  }
}

function greetingOf(dataDir: string, stack: Stack, demoPassword: string | null): string {
  return greeting({
    facade: stack.urls.facade,
    control: stack.urls.control,
    logs: dataDir.startsWith(ROOT) ? relative(ROOT, join(dataDir, 'logs')) : join(dataDir, 'logs'),
    demo: demoPassword === null ? undefined : { user: DEMO_USER, password: demoPassword },
    startedInMs: performance.now(),
    residentBytes: residentBytes(process.pid),
  })
}
