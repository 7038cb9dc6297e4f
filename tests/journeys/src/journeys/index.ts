import type { Journey } from '../journey.ts'
import { type StageMix, stageMixes } from '../stage-mixes.ts'
import { guest, preview } from './guest.ts'
import { deleteAccount, oldFile, scrollBack, severalConversations } from './history.ts'
import { reconnect, twoPeople, twoTabs } from './live-line.ts'
import { outage } from './outage.ts'
import { announcer, axeFindsNothing, keyboardOnly, phone } from './reach.ts'
import { drafts, lostAnswer, offline, workingState } from './sending.ts'
import { staysSignedIn } from './signed-in.ts'
import { wholeVisit } from './whole-visit.ts'

const journeys: readonly Journey[] = [
  wholeVisit,
  staysSignedIn,
  guest,
  preview,
  workingState,
  lostAnswer,
  offline,
  outage,
  drafts,
  reconnect,
  twoTabs,
  twoPeople,
  severalConversations,
  scrollBack,
  oldFile,
  keyboardOnly,
  phone,
  announcer,
  axeFindsNothing,
  deleteAccount,
]

/** What is walked at a stage mix. */
export function journeysAt(mix: StageMix): Journey[] {
  if (mix.isLookBack) return journeys.filter(({ isLookBack }) => isLookBack)
  return journeys.filter(({ isPageOnly }) => mix === stageMixes[0] || !isPageOnly)
}
