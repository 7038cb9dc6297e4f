import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { useOfTree } from './process-tree.ts'

const BUSY =
  'const end = performance.now() + 300; while (performance.now() < end); process.stdout.write("up");'

test('what a process uses counts with what its children use', async () => {
  const alone = useOfTree(process.pid)
  const child = spawn(process.execPath, ['-e', `${BUSY} setInterval(() => {}, 1000)`])
  onTestFinished(() => void child.kill())
  await once(child.stdout, 'data')
  const both = useOfTree(process.pid)
  expect(alone.residentBytes).toBeGreaterThan(10 * 2 ** 20)
  expect(both.residentBytes).toBeGreaterThan(alone.residentBytes + 5 * 2 ** 20)
  expect(both.cpuSeconds).toBeGreaterThan(alone.cpuSeconds)
})

test('a process that is gone uses nothing', () => {
  expect(useOfTree(2 ** 30)).toEqual({ residentBytes: 0, cpuSeconds: 0 })
})
