import type { Move, Stage } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'

/** A stage as people read it: with its share where the share is its own. */
export function place({ stage, share }: { stage: Stage; share: number }): string {
  return stage === 'canary' ? `canary ${share}%` : stage
}

export function paintStage(stage: Stage, text: string, colors: Colors): string {
  if (stage === 'monolith') return text
  return stage === 'service' || stage === 'retired' ? colors.green(text) : colors.yellow(text)
}

/** `emotion.analyze          monolith → canary 25%`, names in one column. */
export function renderMoves(moves: readonly Move[]): string[] {
  const width = Math.max(0, ...moves.map(({ route }) => route.length))
  return moves.map(({ route, from, to }) => `  ${route.padEnd(width)}   ${place(from)} → ${place(to)}`)
}
