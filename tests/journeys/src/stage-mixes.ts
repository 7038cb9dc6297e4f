import type { Stack } from '@emotibot/testkit'

const PURE_EMOTION = ['emotion.analyze', 'emotion.batch']

export type StageMix = {
  readonly name: string
  readonly before: (stack: Stack) => Promise<unknown>
  readonly inTheMiddle: (stack: Stack) => Promise<unknown>
}

const toService = (stack: Stack) => stack.flip(PURE_EMOTION, 'service')
const back = (stack: Stack) => stack.rollback({ names: PURE_EMOTION })
const nothing = async () => {}

/** Where the routes that a service has stand while people chat. */
export const stageMixes: readonly StageMix[] = [
  { name: 'emotion on the monolith', before: nothing, inTheMiddle: nothing },
  { name: 'emotion on the service', before: toService, inTheMiddle: nothing },
  {
    name: 'emotion flipped and rolled back in the middle',
    before: back,
    // The first middle flips, the next one rolls back, and so on.
    inTheMiddle: async (stack) => ((await isOnService(stack)) ? back(stack) : toService(stack)),
  },
]

async function isOnService(stack: Stack): Promise<boolean> {
  const { routes } = await stack.status()
  return routes.some(({ key, stage }) => key === 'emotion.analyze' && stage === 'service')
}
