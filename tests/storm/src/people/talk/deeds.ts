import type { Session } from '../../journal/account.ts'
import type { Life } from '../life.ts'
import { giveFeedback, rename } from './change.ts'
import { clear, deleteTalk, deleteTurn } from './end.ts'
import { lookAtTrends, searchTurn } from './read-across.ts'
import { readHistory } from './read-history.ts'
import { listTalks } from './read-list.ts'
import { say } from './say.ts'
import { startTalk } from './start-talk.ts'

export type TalkDeed = {
  readonly weight: number
  readonly act: (life: Life, session: Session) => Promise<void>
}

/** What people do with conversations, and how often. */
export const TALK_DEEDS: readonly TalkDeed[] = [
  { weight: 60, act: say },
  { weight: 2, act: async (life, session) => void (await startTalk(life, session)) },
  { weight: 6, act: readAny },
  { weight: 5, act: listTalks },
  { weight: 5, act: searchTurn },
  { weight: 5, act: lookAtTrends },
  { weight: 10, act: giveFeedback },
  { weight: 6, act: rename },
  { weight: 6, act: deleteTurn },
  { weight: 3, act: deleteTalk },
  { weight: 0.7, act: clear },
]

/** Any that has an id, also one that is gone. */
async function readAny(life: Life, session: Session): Promise<void> {
  const talks = life.account.talks.filter(({ id }) => id !== '').slice(-8)
  if (talks.length > 0) await readHistory(life, session, life.random.pick(talks))
}
