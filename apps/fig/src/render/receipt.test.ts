import { expect, it } from 'vitest'
import { plainColors } from '../terminal.ts'
import { exampleReceipt } from '../testing/examples.ts'
import { renderReceipt } from './receipt.ts'

it('a receipt says whom a roll back left on the service, and what to do', () => {
  const place = { stage: 'monolith', share: 0 } as const
  const moves = ['ai.reply', 'auth.login'].map((route) => ({ route, from: place, to: place }))
  const text = renderReceipt(exampleReceipt({ moves, kept: ['bob', 'eve'] }), plainColors).replace(
    /\s+/g,
    ' ',
  )
  expect(text).toContain('2 users stay on the service: changes there are set aside.')
  expect(text).toContain('./fig set-aside auth')
  const both = [...moves, { route: 'conversation.send', from: place, to: place }]
  expect(renderReceipt(exampleReceipt({ moves: both, kept: ['bob'] }), plainColors)).toContain(
    '1 user stays on the service: changes there are set aside. See  ./fig set-aside\n',
  )
  expect(renderReceipt(exampleReceipt({ moves }), plainColors)).not.toContain('stay')
})
