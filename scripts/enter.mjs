#!/usr/bin/env node
// The one plain-JavaScript door: any Node >= 20 runs it. It installs what is missing, then hands
// the command over to the pinned Node, which runs TypeScript as it is.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const lockFile = join(root, 'package-lock.json')
const installedLock = join(root, 'node_modules', '.emotibot-lock.json')
const windows = process.platform === 'win32'
const pinnedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')

function isInstalled() {
  if (!existsSync(pinnedNode) || !existsSync(installedLock)) return false
  return readFileSync(installedLock, 'utf8') === readFileSync(lockFile, 'utf8')
}

function install() {
  process.stderr.write('Installing what is missing (npm ci) ...\n')
  const done = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: windows,
  })
  if (done.status !== 0) {
    process.stderr.write('npm ci failed; the lines above say why. Mend that and run the command again.\n')
    process.exit(1)
  }
  copyFileSync(lockFile, installedLock)
}

const [command, ...args] = process.argv.slice(2)
const file = join(root, 'scripts', 'commands', `${command}.ts`)
if (!command || !existsSync(file)) {
  process.stderr.write(`There is no command "${command ?? ''}". The README lists them.\n`)
  process.exit(2)
}
if (!isInstalled()) install()

const child = spawn(pinnedNode, ['--disable-warning=ExperimentalWarning', file, ...args], {
  stdio: 'inherit',
  env: { ...process.env, EMOTIBOT_CALLED_FROM: process.env.INIT_CWD ?? process.cwd() },
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))

// npm runs us in a shell of its own; when npm is killed nobody tells us. On Linux we look at both.
function callers() {
  if (process.platform !== 'linux') return String(process.ppid)
  const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8')
  return `${process.ppid} ${stat.split(') ').pop().split(' ')[1]}`
}
if (process.env.npm_lifecycle_event !== undefined) {
  const atStart = callers()
  setInterval(() => callers() !== atStart && child.kill('SIGTERM'), 500).unref()
}

child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
