import { routeList } from '@emotibot/contracts'
import { expect, it } from 'vitest'

it.each(routeList)('$key has a parity rule that fits what it answers', ({ parity, effect, success }) => {
  expect(['json', 'bytes', 'frames']).toContain(parity.compare)
  expect(parity.compare === 'frames').toBe(effect === 'socket')
  if (parity.compare === 'bytes') expect(parity.volatile).toEqual([])
  const isWithoutBody = Object.values(success).every(({ schema }) => schema === null)
  if (isWithoutBody) expect(parity.volatile).toEqual([])
})

it('gives every route a key of its own and a method and path of its own', () => {
  const spoken = routeList.map(({ method, path }) => `${method} ${path}`)
  expect(new Set(routeList.map(({ key }) => key)).size).toBe(routeList.length)
  expect(new Set(spoken).size).toBe(spoken.length)
})
