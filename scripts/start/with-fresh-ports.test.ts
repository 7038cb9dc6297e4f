import { EXIT_PORT_TAKEN } from '@emotibot/service-kit'
import { expect, it } from 'vitest'
import { EndedEarlyError } from '../supervisor/wait-for-ready.ts'
import { withFreshPorts } from './with-fresh-ports.ts'

const ended = (code: number) => new EndedEarlyError({ code, signal: null })

/** Fails with each of the errors in turn, then succeeds; counts how often it ran. */
function failing(...errors: Error[]) {
  const state = { runs: 0 }
  const run = async () => {
    const error = errors[state.runs++]
    if (error) throw error
  }
  return { state, run }
}

it('chooses anew when a port was taken in between', async () => {
  const { state, run } = failing(ended(EXIT_PORT_TAKEN), ended(EXIT_PORT_TAKEN))
  await withFreshPorts(run)
  expect(state.runs).toBe(3)
})

it('gives up after three attempts', async () => {
  const taken = ended(EXIT_PORT_TAKEN)
  const { state, run } = failing(taken, taken, taken, taken)
  await expect(withFreshPorts(run)).rejects.toBe(taken)
  expect(state.runs).toBe(3)
})

it('tries nothing again that failed for another reason', async () => {
  const { state, run } = failing(ended(2))
  await expect(withFreshPorts(run)).rejects.toThrow('exit code 2')
  expect(state.runs).toBe(1)
})
