import { CRISIS_REPLY, EMOTIONS, REPLIES, replyChunks } from '@emotibot/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { composeReply } from './responder.ts'

test.each(EMOTIONS)('words of crisis get help first, whatever the label: %s', (emotion) => {
  expect(composeReply('I want to die', emotion)).toBe(CRISIS_REPLY)
})

test('a figure of speech gets no crisis reply', () => {
  expect(REPLIES.angry).toContain(composeReply('This traffic is killing me', 'angry'))
})

test('the same text and emotion always get the same reply, one of the emotion’s own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...EMOTIONS), (text, emotion) => {
      const reply = composeReply(text, emotion)
      expect([...REPLIES[emotion], CRISIS_REPLY]).toContain(reply)
      expect(composeReply(text, emotion)).toBe(reply)
    }),
  )
})

test.each(EMOTIONS)('every reply of %s is reachable', (emotion) => {
  const replies = Array.from({ length: 200 }, (_, at) => composeReply(`text ${at}`, emotion))
  expect(new Set(replies)).toEqual(new Set(REPLIES[emotion]))
})

test('a reply cut for streaming is whole again when joined', () => {
  for (const emotion of EMOTIONS) {
    const reply = composeReply('hello', emotion)
    expect(replyChunks(reply).join('')).toBe(reply)
  }
})
