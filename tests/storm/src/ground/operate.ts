import { setTimeout as delay } from 'node:timers/promises'
import { createOperator, type Facade } from '@emotibot/testkit'
import type { FlipAsked, PlannedFlip } from '../plan/plan-flips.ts'

/** What an operator was told of each flip. */
export type Told = { done: number; refused: number; unknown: number; readonly last: string[] }

export type OperateOptions = {
  readonly facades: readonly Facade[]
  readonly flips: readonly PlannedFlip[]
  readonly isOver: () => boolean
  readonly onNews: (line: string) => void
}

/** Carries out one flip after another, through one front door and then another. */
export async function operate({ facades, flips, isOver, onNews }: OperateOptions): Promise<Told> {
  const told: Told = { done: 0, refused: 0, unknown: 0, last: [] }
  const operators = facades.map(createOperator)
  for (const [at, flip] of flips.entries()) {
    await delay(flip.restMs)
    if (isOver()) return told
    const operator = operators[at % operators.length]
    if (!operator) continue
    const { restMs: _, ...asked } = flip
    onNews(`asked: ${JSON.stringify(asked)}`)
    onNews(await askFor(operator, asked, told))
  }
  return told
}

type Operator = ReturnType<typeof createOperator>

export async function askFor(operator: Operator, asked: FlipAsked, told: Told): Promise<string> {
  try {
    const { flip } =
      asked.ask === 'rollback'
        ? await operator.rollback({ names: [...asked.names] })
        : await operator.flip(asked.names, asked.to, asked.share)
    told.done += 1
    return `${flip} is done`
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    if (why.includes(' 409')) told.refused += 1
    else told.unknown += 1
    told.last.push(why.slice(0, 300))
    if (told.last.length > 10) told.last.shift()
    return `not done: ${why.slice(0, 200)}`
  }
}
