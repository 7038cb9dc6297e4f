import { readOpenFlips } from '@emotibot/flags'
import { createOperator, until } from '@emotibot/testkit'
import type { Stage } from './stage.ts'

const TAKEN_WITHIN_MS = 20_000
const ORDERED_WITHIN_MS = 30_000

export type Ordered = { readonly flip: string; readonly told: Promise<string | null> }

/** A flip is refused while a feed is behind, as it may be on a busy machine: then it is asked for again. */
export function orderUntilTaken(stage: Stage, to: Side): Promise<Ordered> {
  const isTaken = async () => {
    await catchUp(stage)
    const told = order(stage, to)
    const { flip, refusal } = await idOrRefusal(stage, told)
    if (!flip) throw new Error(refusal)
    return { flip, told }
  }
  return until('the flip is ordered', isTaken, ORDERED_WITHIN_MS)
}

async function idOrRefusal({ ledger }: Stage, told: Promise<string | null>) {
  let refusal: string | undefined
  void told.then((said) => {
    refusal = said ?? 'it is done already'
  })
  const isKnown = async () => {
    const flip = (await readOpenFlips(ledger))[0]?.flip
    return flip || refusal ? { flip, refusal } : null
  }
  return until('the order is taken or refused', isKnown, TAKEN_WITHIN_MS)
}

/** Writers stop until what they wrote is everywhere: how far feeds are behind must not depend on how busy the machine is. */
async function catchUp({ writers, stack }: Stage): Promise<void> {
  await writers.pause()
  try {
    await stack.untilInStep()
  } finally {
    writers.resume()
  }
}

type Side = 'monolith' | 'service'

/** Through a front door that is never struck. What it answers is not what counts: the ledger and the stores are. */
async function order({ subject, stack }: Stage, to: Side): Promise<string | null> {
  const operator = createOperator(stack.facades[1] ?? stack.facade)
  try {
    if (to === 'service') await operator.flip([subject.domain], 'service')
    else await operator.rollback({ names: [subject.domain] })
    return null
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}

export async function placeAt(stage: Stage, side: Side): Promise<void> {
  const groups: (string | null)[] = stage.subject.groups.map(({ group }) => group)
  const isThere = async () => {
    const { routes } = await stage.stack.status()
    return routes.filter(({ group }) => groups.includes(group)).every(({ stage: now }) => now === side)
  }
  if (await isThere()) return
  await until(
    `everything is at the ${side}`,
    async () => {
      await catchUp(stage)
      const refused = await order(stage, side)
      if (refused !== null && !(await isThere())) throw new Error(refused)
      return isThere()
    },
    ORDERED_WITHIN_MS,
  )
}
