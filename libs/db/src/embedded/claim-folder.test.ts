import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimFolder } from './claim-folder.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'emotibot-claim-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('claimFolder', () => {
  it('gives a folder to one owner at a time', () => {
    const claim = claimFolder(folder)
    expect(() => claimFolder(folder)).toThrow(/belongs to the running process/)
    claim.release()
    claimFolder(folder).release()
  })

  it('takes over the claim of a process that is gone', () => {
    writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: 2 ** 22 + 1, mark: '1' }))
    claimFolder(folder).release()
    expect(readdirSync(folder)).toEqual([])
  })

  it.runIf(process.platform === 'linux')(
    'takes over when the process id was given to another process',
    () => {
      writeFileSync(join(folder, 'owner.json'), JSON.stringify({ pid: process.pid, mark: 'an earlier life' }))
      claimFolder(folder).release()
      expect(readdirSync(folder)).toEqual([])
    },
  )
})
