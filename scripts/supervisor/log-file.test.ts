import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { LogFile } from './log-file.ts'

it('a log file goes on where it was and stays bounded', () => {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'logs', 'app.log')
  new LogFile(path).write('first')
  const log = new LogFile(path)
  for (let i = 0; i < 7; i += 1) log.write('x'.repeat(999_999))
  log.write('last')
  expect(readFileSync(`${path}.1`, 'utf8')).toMatch(/^first\n/)
  expect(readFileSync(path, 'utf8')).toMatch(/last\n$/)
  expect(statSync(path).size).toBeLessThan(6_000_000)
})
