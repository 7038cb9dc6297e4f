import type { Scenario } from '../journey/scenario.ts'
import { analysis } from './analysis.ts'
import { cachedAnswers } from './cached-answers.ts'
import { deleteById } from './delete-by-id.ts'
import { doubleRoutesEntry } from './double-routes.ts'
import type { LookedAtEntry, WalkedEntry } from './entry.ts'
import { history } from './history.ts'
import { insights } from './insights.ts'
import { labels } from './labels.ts'
import { accessToken, oldPasswords, tokenClaims, userIds, whoIsSignedIn } from './login.ts'
import { ownRoom } from './own-room.ts'
import { pageCalls } from './page-calls.ts'
import { rateLimit } from './rate-limit.ts'
import { readmeCommands } from './readme-commands.ts'
import { refusals } from './refusals.ts'
import { registration } from './registration.ts'
import { socketAddress } from './socket-address.ts'
import { socketEvents } from './socket-events.ts'

/** Breakages of the first attempt, by their line in the catalogue. */
export const walkedEntries: readonly WalkedEntry[] = [
  analysis,
  labels,
  accessToken,
  tokenClaims,
  oldPasswords,
  userIds,
  registration,
  refusals,
  whoIsSignedIn,
  history,
  insights,
  socketEvents,
  ownRoom,
  deleteById,
  cachedAnswers,
]
export const lookedAtEntries: readonly LookedAtEntry[] = [
  socketAddress,
  rateLimit,
  doubleRoutesEntry,
  pageCalls,
  readmeCommands,
]

export const catalogueScenarios: readonly Scenario[] = walkedEntries.map(({ scenario }) => scenario)
