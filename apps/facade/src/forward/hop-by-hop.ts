/** Headers that are between two neighbours and go no further (RFC 9110 §7.6.1), and those Node makes itself. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

export const isHopByHop = (name: string): boolean => HOP_BY_HOP.has(name)

/** Headers between our own processes (`INTERNAL_HEADERS`, the position): none passes here as it came, either way. */
export const isInternal = (name: string): boolean => name.startsWith('emotibot-')

const USUAL = new Set(['keep-alive', 'close', 'upgrade', ''])

/** Headers that a `Connection` header declares to be for the neighbour only; null in the usual case of none. */
export function namedByConnection(connection: string | string[] | undefined): ReadonlySet<string> | null {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return null
  const names = String(connection)
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !USUAL.has(name))
  return names.length === 0 ? null : new Set(names)
}
