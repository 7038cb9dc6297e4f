import type { Stack } from '@emotibot/testkit'

/** What has a service so far: emotion's pure routes, and all of auth with its data. */
const MOVED = ['emotion.analyze', 'emotion.batch', 'auth']

export type StageMix = {
  readonly name: string
  readonly before: (stack: Stack) => Promise<unknown>
  readonly inTheMiddle: (stack: Stack) => Promise<unknown>
}

const toService = (stack: Stack) => stack.flip(MOVED, 'service')
const back = (stack: Stack) => stack.rollback({ names: MOVED })
const nothing = async () => {}

/** Where the routes that have a service stand while people chat. */
export const stageMixes: readonly StageMix[] = [
  { name: 'everything on the monolith', before: nothing, inTheMiddle: nothing },
  { name: 'emotion and auth on their services', before: toService, inTheMiddle: nothing },
  {
    name: 'half of the people at auth, whose names the monolith gives out',
    before: async (stack) => {
      await back(stack)
      await stack.flip(MOVED, 'canary', 50)
    },
    inTheMiddle: nothing,
  },
  {
    name: 'emotion and auth flipped and rolled back in the middle',
    before: back,
    // The first middle flips, the next one rolls back, and so on.
    inTheMiddle: async (stack) => ((await isOnService(stack)) ? back(stack) : toService(stack)),
  },
]

async function isOnService(stack: Stack): Promise<boolean> {
  const { routes } = await stack.status()
  return routes.some(({ key, stage }) => key === 'auth.login' && stage === 'service')
}
