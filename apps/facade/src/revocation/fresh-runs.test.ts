import { expect, it, vi } from 'vitest'
import { createFreshRuns } from './fresh-runs.ts'

/** Work that ends when told, and says which run it was. */
function createWork() {
  const runs: PromiseWithResolvers<void>[] = []
  const ask = createFreshRuns(async () => {
    const run = Promise.withResolvers<void>()
    const number = runs.push(run)
    await run.promise
    return number
  })
  return { runs, ask }
}

it('gives whoever asks during a run the run after it, one for all', async () => {
  const { runs, ask } = createWork()
  const answers = [ask(), ask(), ask()]
  expect(runs).toHaveLength(1)
  runs[0]?.resolve()
  await vi.waitFor(() => expect(runs).toHaveLength(2))
  answers.push(ask())
  runs[1]?.resolve()
  await vi.waitFor(() => expect(runs).toHaveLength(3))
  runs[2]?.resolve()
  expect(await Promise.all(answers)).toEqual([1, 2, 2, 3])
})

it('runs at once again when nothing runs', async () => {
  const { runs, ask } = createWork()
  for (const number of [1, 2]) {
    const answer = ask()
    runs.at(-1)?.resolve()
    expect(await answer).toBe(number)
  }
})

it('lets a run that fails harm only those who waited for it', async () => {
  const { runs, ask } = createWork()
  const [failing, next] = [ask(), ask()]
  runs[0]?.reject(new Error('no'))
  await expect(failing).rejects.toThrow('no')
  await vi.waitFor(() => expect(runs).toHaveLength(2))
  runs[1]?.resolve()
  expect(await next).toBe(2)
})
