import { CARVED_OUT, DOMAINS, isStage, movableRoutes, STAGES, type Stage } from '@emotibot/contracts'
import { usageError } from './errors.ts'
import { nearestTo } from './nearest.ts'
import { fill } from './render/wrap.ts'

const ROUTES = movableRoutes.map(({ key }) => key)
const MOVABLE_DOMAINS = DOMAINS.filter((domain) => movableRoutes.some((route) => route.domain === domain))
const NAMES = [...MOVABLE_DOMAINS, ...ROUTES]

/** Routes and domains as someone typed them. Throws a usage error with all valid ones when one is unknown. */
export function checkNames(names: readonly string[]): string[] {
  const unknown = names.filter((name) => !NAMES.includes(name))
  if (unknown.length === 0) return [...new Set(names)]
  throw usageError(
    [...unknown.map((name) => unknownLine('route or domain', name, NAMES)), routeList()].join('\n'),
    { unknown, valid: NAMES },
  )
}

export function checkRoute(name: string): string {
  if (ROUTES.includes(name)) return name
  throw usageError(`${unknownLine('route', name, ROUTES)}\n${routeList()}`, {
    unknown: [name],
    valid: ROUTES,
  })
}

/** What stands for such a domain in the usage of a verb. */
export const CARVED_OUT_WORD = `a domain that is carved out: ${CARVED_OUT.join(', ')}`

/** A domain whose rows are carved out. */
export function checkCarvedOut(name: string): string {
  if (CARVED_OUT.some((domain) => domain === name)) return name
  const known = `Domains with data on two sides: ${CARVED_OUT.join(', ')}`
  throw usageError(`${unknownLine('carved-out domain', name, CARVED_OUT)}\n${known}`, {
    unknown: [name],
    valid: CARVED_OUT,
  })
}

export function checkStage(word: string): Stage {
  if (isStage(word)) return word
  const stages = `Stages: ${STAGES.join(', ')}`
  throw usageError(`${unknownLine('stage', word, STAGES)}\n${stages}`, { unknown: [word], valid: STAGES })
}

/** A flip's id has a digit in it; no route and no domain has. */
export function looksLikeFlip(name: string): boolean {
  return /\d/.test(name) && !NAMES.includes(name)
}

function unknownLine(kind: string, name: string, valid: readonly string[]): string {
  const nearest = nearestTo(name, valid)
  return `There is no ${kind} "${name}".${nearest ? ` Did you mean ${nearest}?` : ''}`
}

function routeList(): string {
  const lines = MOVABLE_DOMAINS.map((domain) => {
    const keys = movableRoutes.filter((route) => route.domain === domain).map(({ key }) => key)
    return `  ${domain.padEnd(13)} ${fill(keys, { width: 62, separator: '  ' }).join(`\n${' '.repeat(16)}`)}`
  })
  return ['Domains and their routes:', ...lines].join('\n')
}
