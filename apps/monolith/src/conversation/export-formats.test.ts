import { expect, test } from 'vitest'
import { EXPORT_FORMATS_BY_NAME } from './export-formats.ts'

const turn = {
  id: 't',
  conversation_id: 'c',
  user_message: '# no heading\n**EmotiBot**: no speaker',
  bot_message: null,
  reply_status: 'pending',
  detected_emotion: null,
  confidence: null,
  polarity: null,
  subjectivity: null,
  timestamp: '2026-01-01T00:00:00.000Z',
} as const

test('in Markdown no text passes for a heading or for another speaker', () => {
  const text = EXPORT_FORMATS_BY_NAME.md.turn(turn, 0)
  expect(text).toContain('> # no heading\n> **EmotiBot**: no speaker\n')
  expect(text).not.toMatch(/^(#|\*\*EmotiBot)/m)
})

test('in Markdown a title is one line without markup', () => {
  const conversation = { id: 'c', title: '[x](y) `z`', created_at: '', updated_at: '' }
  expect(EXPORT_FORMATS_BY_NAME.md.conversation(conversation, 0)).toBe('\n## \\[x\\](y) \\`z\\`\n')
})
