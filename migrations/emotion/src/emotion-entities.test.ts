import { anyText } from '@emotibot/sync/testing'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { emotionEntities } from './emotion-entities.ts'

const withoutNul = anyText.map((text) => text.replaceAll('\u0000', ''))
const row = fc.record({
  turn_id: fc.uuid(),
  user_id: fc.uuid(),
  owner_key: anyText,
  emotion: withoutNul,
  created_at: withoutNul,
  revision: fc.integer({ min: 1 }),
})
const [feedback] = emotionEntities

it('feedback is the same on both sides, and of the same user', () => {
  fc.assert(
    fc.property(row, (legacy) => {
      const held = feedback?.forward(legacy, null)
      expect(feedback?.back(held, null)).toEqual(legacy)
      expect(feedback?.forward(feedback.back(held, null), held)).toEqual(held)
      expect(feedback?.partitionOf.monolith(legacy)).toBe(legacy.owner_key)
      expect(feedback?.partitionOf.service(held)).toBe(legacy.owner_key)
    }),
  )
})
