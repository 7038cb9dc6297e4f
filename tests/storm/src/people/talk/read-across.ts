// Reads over all conversations of somebody: search, and trends.
import type { Account, Session } from '../../journal/account.ts'
import { mustNotShow, mustShow, type Turn } from '../../journal/talk.ts'
import type { Device } from '../device.ts'
import { listAt, valueAt } from '../door.ts'
import type { Life } from '../life.ts'
import { expectSeen, type Fault, isMissing, isRevived } from './expect-seen.ts'
import { findTurnFault } from './read-history.ts'

/** Looks for a turn by its own word, one of the latest that this device said or deleted. */
export async function searchTurn(life: Life, session: Session): Promise<void> {
  const { device } = session
  const turns = turnsOf(life.account).filter((turn) => mustShow(turn, device) || mustNotShow(turn, device))
  if (turns.length === 0) return
  const turn = life.random.pick(turns.slice(-8))
  const word = turn.text.split(' ').at(-1) ?? ''
  await expectSeen(life, session, {
    route: 'conversation.search',
    asked: { device, query: { q: word } },
    findFault: ({ json }) => findTurnFault([turn], device, listAt(json, 'turns')),
  })
}

/** How many turns there are by the trends: at least what this device must see, at most what there may be. */
export async function lookAtTrends(life: Life, session: Session): Promise<void> {
  const { device } = session
  await expectSeen(life, session, {
    route: 'emotion.trends',
    asked: { device, query: { period: 'week' } },
    findFault: ({ json }) => findMiscount(life.account, device, Number(valueAt(json, 'count'))),
  })
}

function findMiscount(account: Account, device: Device, count: number): Fault | null {
  const turns = turnsOf(account)
  const least = turns.filter((turn) => mustShow(turn, device)).length
  const most = turns.filter((turn) => !mustNotShow(turn, device)).reduce((sum, turn) => sum + turn.most, 0)
  if (count < least) return isMissing(`${count} turns are counted, not ${least}`)
  return count > most ? isRevived(`${count} turns are counted, not ${most}`) : null
}

const turnsOf = ({ talks }: Account): Turn[] => talks.flatMap(({ turns }) => turns)
