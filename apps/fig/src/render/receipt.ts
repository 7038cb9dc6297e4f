import { CARVED_OUT, type Receipt } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { renderMoves } from './place.ts'
import { alsoMoves, milliseconds } from './plan.ts'
import { wrap } from './wrap.ts'

/** What happened, what it cost, how to undo it: in this order, and nothing else. */
export function renderReceipt(receipt: Receipt, colors: Colors): string {
  const { flip, by, at, why, undo } = receipt
  return [
    colors.green(colors.bold(`Done: flip ${flip}`)),
    ...renderMoves(receipt.moves),
    ...alsoMoves(receipt.also_moves),
    ...kept(receipt, colors),
    '',
    waited(receipt),
    failed(receipt, colors),
    ...replicas(receipt, colors),
    ...(receipt.forced ? [colors.yellow('It was forced past missing evidence; the audit says so.')] : []),
    wrap(`By ${by} at ${at}${why === null ? '' : `: ${why}`}`, 2),
    '',
    `Undo it:  ${colors.bold(undo)}`,
  ].join('\n')
}

/** Not the whole of what was asked for: somebody has to see to these. */
function kept({ kept: users = [], moves }: Receipt, colors: Colors): string[] {
  if (users.length === 0) return []
  const domains = CARVED_OUT.filter((each) => moves.some(({ route }) => route.startsWith(`${each}.`)))
  const look = ['./fig set-aside', ...(domains.length === 1 ? domains : [])].join(' ')
  const who = users.length === 1 ? '1 user stays' : `${users.length} users stay`
  const why = `${who} on the service: changes there are set aside. See  ${look}  and roll back again.`
  return [colors.yellow(wrap(why, 2))]
}

function waited({ waited: { count, worst_ms } }: Receipt): string {
  if (count === 0) return 'Nobody waited.'
  return `${count} ${count === 1 ? 'request' : 'requests'} waited, the longest ${milliseconds(worst_ms)}.`
}

function failed({ failed: count }: Receipt, colors: Colors): string {
  if (count === 0) return 'No request failed.'
  return colors.red(`${count} ${count === 1 ? 'request' : 'requests'} FAILED.`)
}

function replicas({ replicas: all }: Receipt, colors: Colors): string[] {
  const late = all.filter(({ acknowledged }) => !acknowledged)
  if (late.length === 0) return [`Every facade routes by it (${all.length} of ${all.length}).`]
  const names = late.map(({ id }) => id).join(', ')
  return [colors.red(`NOT every facade has taken it up yet: ${names}. Look with:  ./fig status`)]
}
