import { join } from 'node:path'
import colours from 'picocolors'
import { LogFile } from '../supervisor/log-file.ts'
import { postgresSeverityOf, severityOf, terminalLine } from '../supervisor/log-line.ts'
import type { PartEvent } from '../supervisor/part.ts'
import { describeExit } from '../supervisor/wait-for-ready.ts'

/** Everything goes to `logs/<name>.log`; what someone should see goes to the terminal too. */
export class Reporter {
  readonly #folder: string
  readonly #files = new Map<string, LogFile>()

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'logs')
  }

  line(part: string, line: string): void {
    this.#fileOf(part).write(line)
    const severity = part === 'postgres' ? postgresSeverityOf(line) : severityOf(line)
    if (severity !== 'quiet') say(terminalLine(part, line, severity))
  }

  event(event: PartEvent): void {
    const text = describeEvent(event)
    this.#fileOf(event.name).write(`--- ${text}`)
    const matters = event.kind === 'crashed' || event.kind === 'failed'
    if (matters || process.stderr.isTTY) say(`${colours.dim(event.name.padEnd(10))} ${text}`)
  }

  #fileOf(part: string): LogFile {
    const file = this.#files.get(part) ?? new LogFile(join(this.#folder, `${part}.log`))
    this.#files.set(part, file)
    return file
  }
}

export function describeEvent(event: PartEvent): string {
  switch (event.kind) {
    case 'ready':
      return `ready (process ${event.pid})`
    case 'stopped':
      return 'stopped'
    case 'crashed':
      return `ended by itself (${describeExit(event.exit)}); starting it again in ${event.againInMs} ms`
    case 'failed':
      return `did not start again: ${event.reason} Next try in ${event.againInMs} ms`
    default:
      return event satisfies never
  }
}

const say = (text: string): boolean => process.stderr.write(`${text}\n`)
