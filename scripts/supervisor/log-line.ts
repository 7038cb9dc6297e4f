import colours from 'picocolors'

export type Severity = 'quiet' | 'warn' | 'error'

/** How much a printed line matters to someone at the terminal: apps log JSON lines that carry a level. */
export function severityOf(line: string): Severity {
  const level = parse(line)?.level
  // What is not a log line was written by a crash, or by a library that has something to say.
  if (level === undefined) return line.trim() === '' ? 'quiet' : 'warn'
  if (level === 'error' || level === 'fatal') return 'error'
  return level === 'warn' ? 'warn' : 'quiet'
}

/** PostgreSQL logs refused statements as ERROR; those are its clients' business. */
export function postgresSeverityOf(line: string): Severity {
  return line.includes('PANIC:') ? 'error' : 'quiet'
}

/** A line for the terminal: who says it, then the message, then the fields that are not noise. */
export function terminalLine(name: string, line: string, severity: Severity): string {
  const paint = severity === 'error' ? colours.red : colours.yellow
  return `${colours.dim(name.padEnd(10))} ${paint(readable(line))}`
}

function readable(line: string): string {
  const entry = parse(line)
  if (!entry) return line
  const { level: _level, time: _time, app: _app, name: _name, message = '', ...fields } = entry
  const details = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''
  return `${message}${details}`.slice(0, 500)
}

type Entry = { level?: string; message?: string } & Record<string, unknown>

function parse(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line) as Entry
  } catch {
    return undefined
  }
}
