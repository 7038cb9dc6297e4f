import type { Stage } from '@emotibot/contracts'
import type { Stack } from '@emotibot/testkit'

/** What has a service so far, each with its data. */
const MOVED = ['auth', 'conversation', 'emotion', 'ai']

export type StageMix = {
  readonly name: string
  readonly before: (stack: Stack) => Promise<unknown>
  /** The next thing that happens while somebody chats. */
  readonly inTheMiddle: (stack: Stack) => Promise<unknown>
  /** Only what looks back at old data is walked: all else is as at the first mix. */
  readonly isLookBack?: boolean
}

type Move = (stack: Stack) => Promise<unknown>

const nothing: Move = async () => {}
/** One after the other: each has a database of its own. */
const forward =
  (to: Stage, share?: number) =>
  (...names: string[]): Move =>
  async (stack) => {
    for (const name of await notAt(to, names, stack)) await stack.flip([name], to, share)
  }
const toService = forward('service')
const toHalf = forward('canary', 50)

/** At one moment. */
const back =
  (...names: string[]): Move =>
  async (stack) => {
    await stack.rollback({ names: await notAt('monolith', names, stack) })
  }

async function notAt(stage: Stage, domains: readonly string[], stack: Stack): Promise<string[]> {
  const { routes } = await stack.status()
  const moving = new Set<string>(routes.filter((route) => route.stage !== stage).map(({ domain }) => domain))
  return domains.filter((domain) => moving.has(domain))
}

/** All at once, and each alone there and back while the others are there; it ends as it began. */
const ROUND: readonly Move[] = [
  toService(...MOVED),
  back('conversation'),
  toService('conversation'),
  back('emotion'),
  back('ai'),
  toService('emotion', 'ai'),
  back('auth'),
  toService('auth'),
  back(...MOVED),
]

/** One move a call, round and round. */
function inTurn(moves: readonly Move[]): Move {
  let at = 0
  return async (stack) => {
    const move = moves[at % moves.length] ?? nothing
    at += 1
    await move(stack)
  }
}

/** Where the routes that have a service stand while people chat. */
export const stageMixes: readonly StageMix[] = [
  { name: 'everything on the monolith', before: nothing, inTheMiddle: nothing },
  { name: 'everything on its service', before: toService(...MOVED), inTheMiddle: nothing },
  {
    name: 'half of the people at the services, whose names the monolith gives out',
    before: async (stack) => {
      await back(...MOVED)(stack)
      await toHalf(...MOVED)(stack)
    },
    inTheMiddle: nothing,
  },
  {
    name: 'all flipped, each rolled back and flipped again in the middle',
    before: back(...MOVED),
    inTheMiddle: inTurn(ROUND),
  },
  {
    name: 'everything taken back to the monolith',
    before: async (stack) => {
      await toService(...MOVED)(stack)
      await back(...MOVED)(stack)
    },
    inTheMiddle: nothing,
    isLookBack: true,
  },
]
