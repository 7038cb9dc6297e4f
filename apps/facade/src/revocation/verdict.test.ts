import type { SessionState } from '@emotibot/contracts'
import { expect, it } from 'vitest'
import { verdictOf } from './verdict.ts'

const owner = (state: SessionState['state']): SessionState => ({ state, is_owner: true })
const other = (state: SessionState['state']): SessionState => ({ state, is_owner: false })

it.each<[string, SessionState[], ReturnType<typeof verdictOf>]>([
  ['nothing is known when nobody answered', [], null],
  ['the owner says that it goes on', [owner('live'), other('unknown')], 'live'],
  ['the owner does not know it', [owner('unknown'), other('live')], 'revoked'],
  ['the owner says that it has ended, the other lags', [other('live'), owner('ended')], 'revoked'],
  ['the other side ended it before it gave the partition up', [other('ended')], 'revoked'],
  ['only a side that does not own it calls it live', [other('live')], null],
  ['in the middle of a flip nobody owns it', [other('live'), other('live')], null],
  ['there is one side', [owner('live')], 'live'],
])('%s', (_case, states, verdict) => {
  expect(verdictOf(states)).toBe(verdict)
})
