import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canReach, parsePasswd } from './server-account.ts'

const stranger = { uid: 4_242, gid: 4_242 }

function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'emotibot-reach-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  return folder
}

describe('canReach', () => {
  it('is true where every folder above lets others through', () => {
    const folder = join(openFolder(), 'a')
    mkdirSync(folder, { mode: 0o755 })
    expect(canReach(folder, stranger)).toBe(true)
  })

  it('is false below a folder that is closed to others', () => {
    const outer = openFolder()
    mkdirSync(join(outer, 'closed', 'open'), { recursive: true })
    chmodSync(join(outer, 'closed'), 0o700)
    expect(canReach(join(outer, 'closed', 'open'), stranger)).toBe(false)
  })

  it.runIf(process.getuid?.() === 0)('counts what the account owns by its owner rights', () => {
    const folder = openFolder()
    chownSync(folder, stranger.uid, stranger.gid)
    chmodSync(folder, 0o700)
    expect(canReach(folder, stranger)).toBe(true)
  })
})

describe('parsePasswd', () => {
  it('finds an account by its whole name', () => {
    const passwd = 'nobodyelse:x:7:8::/:/bin/sh\nnobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n'
    expect(parsePasswd(passwd, 'nobody')).toEqual({ uid: 65_534, gid: 65_533 })
    expect(parsePasswd(passwd, 'somebody')).toBeUndefined()
  })
})
