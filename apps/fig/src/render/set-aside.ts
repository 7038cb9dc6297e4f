import type { CarveOutStatus } from '@emotibot/contracts'
import type { Colors } from '../terminal.ts'
import { renderConflicts } from './conflicts.ts'
import { wrap } from './wrap.ts'

/** Every change that is set aside, with its reason, and every conflict; each with the next command. */
export function renderSetAside(carveOuts: readonly CarveOutStatus[], colors: Colors): string {
  const parts = carveOuts.map((carveOut) => renderDomain(carveOut, colors))
  return parts.length === 0 ? 'Nothing is carved out.' : parts.join('\n\n')
}

function renderDomain(carveOut: CarveOutStatus, colors: Colors): string {
  const { domain, state, reason } = carveOut
  if (state === 'waiting') return wrap(`${domain}: not known: ${reason ?? 'a store is away'}`, 2)
  const aside = asideLines(carveOut, colors)
  const conflicts = renderConflicts(carveOut, colors)
  if (conflicts.length > 0)
    conflicts.push('', `Look at each, then say so:  ./fig settle ${domain} --conflicts`)
  if (aside.length === 0 && conflicts.length === 0) return `${domain}: nothing is set aside.`
  return [aside, conflicts]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function asideLines({ domain, feeds }: CarveOutStatus, colors: Colors): string[] {
  const unknown = feeds.filter(({ set_aside, conflicts }) => set_aside === null || conflicts === null)
  const lines = feeds.flatMap(({ to, set_aside }) =>
    (set_aside ?? []).flatMap((one) => change(to, one, colors)),
  )
  if (unknown.length > 0)
    lines.push(colors.yellow(`  not known for ${unknown.map(({ to }) => to).join(', ')}`))
  if (lines.length === 0) return []
  return [
    `${domain}: set aside, everything else goes on`,
    ...lines,
    '',
    `Mend the reason, then try them again:  ./fig settle ${domain}`,
  ]
}

type Change = NonNullable<CarveOutStatus['feeds'][number]['set_aside']>[number]

function change(to: string, { entity, key, reason, attempts, since }: Change, colors: Colors): string[] {
  const tries = attempts === 1 ? 'tried once' : `tried ${attempts} times`
  return [
    `  ${colors.red('x')} ${wrap(`${entity} ${key}, for the ${to}, ${tries} since ${since}`, 4)}`,
    `    ${wrap(reason, 4)}`,
  ]
}
