import { hostname, userInfo } from 'node:os'
import { expect, test } from 'vitest'
import { describeMachine } from './machine.ts'

test('a machine is described by what a figure depends on, and not by name', () => {
  const machine = describeMachine(new Date('2024-05-01T18:22:41Z'))
  expect(machine).toMatchObject({ node: process.version, date: '2024-05-01' })
  expect(machine.cores).toBeGreaterThan(0)
  const words = JSON.stringify(machine).split(/[^\w.-]+/)
  expect(words).not.toContain(hostname())
  expect(words).not.toContain(userInfo().username)
})
