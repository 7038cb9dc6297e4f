import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { postgresSeverityOf, severityOf, terminalLine } from './log-line.ts'

const line = (level: string) =>
  JSON.stringify({ level, time: '2026-11-23', app: 'facade', message: 'upstream is slow', wait_ms: 9 })

describe('log lines', () => {
  it('reach the terminal from warn on', () => {
    const levels = ['debug', 'info', 'warn', 'error', 'fatal']
    const severities = ['quiet', 'quiet', 'warn', 'error', 'error']
    expect(levels.map((level) => severityOf(line(level)))).toEqual(severities)
  })

  it('reach the terminal when they are no log lines: somebody crashed', () => {
    expect(severityOf('TypeError: x is not a function')).toBe('warn')
    expect(severityOf('{ not json')).toBe('warn')
    expect(severityOf('')).toBe('quiet')
  })

  it('are shown with their fields and without the noise', () => {
    const shown = stripVTControlCharacters(terminalLine('facade', line('warn'), 'warn'))
    expect(shown).toBe('facade     upstream is slow {"wait_ms":9}')
  })

  it('of PostgreSQL stay in the file unless it panics', () => {
    expect(postgresSeverityOf('[1] ERROR:  duplicate key value')).toBe('quiet')
    expect(postgresSeverityOf('[1] PANIC:  could not write')).toBe('error')
  })
})
