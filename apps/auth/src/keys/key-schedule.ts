// The life of a signing key; ages are from its making:
//
//   0 ──────────► 10 min ──────────► successor + 10 min ──────► + 1 h 5 min
//   published     signs              verifies only               dead: its last token is over
//
// It is published before it signs, so that verifiers hold it when its first token comes, also those that cannot reach
// auth just then. The very first key signs at once: there is nothing else.
import { TOKEN_LIFETIME_SECONDS } from '@emotibot/contracts'

export type KeyAge = { readonly kid: string; readonly createdAtMs: number }

export const PUBLISHED_AHEAD_MS = 10 * 60_000
const CLOCKS_APART_MS = 5 * 60_000
const TOKENS_LAST_MS = TOKEN_LIFETIME_SECONDS * 1_000 + CLOCKS_APART_MS

/** The key that signs now: the newest that was published long enough, or the oldest when none was. */
export function chooseSigningKey<K extends KeyAge>(keys: readonly K[], nowMs: number): K | null {
  const newestFirst = newestFirstOf(keys)
  const isKnownToAll = (key: K) => key.createdAtMs + PUBLISHED_AHEAD_MS <= nowMs
  return newestFirst.find(isKnownToAll) ?? newestFirst.at(-1) ?? null
}

/** Whether a new key is due. */
export function isRotationDue(keys: readonly KeyAge[], nowMs: number, maxAgeMs: number): boolean {
  const [newest] = newestFirstOf(keys)
  return newest === undefined || newest.createdAtMs + maxAgeMs <= nowMs
}

/** The keys no token in its time can be signed with any more. */
export function findDeadKeys<K extends KeyAge>(keys: readonly K[], nowMs: number): K[] {
  const newestFirst = newestFirstOf(keys)
  return newestFirst.filter((_key, at) => {
    const successor = newestFirst[at - 1]
    return successor !== undefined && successor.createdAtMs + PUBLISHED_AHEAD_MS + TOKENS_LAST_MS <= nowMs
  })
}

function newestFirstOf<K extends KeyAge>(keys: readonly K[]): K[] {
  return keys.toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.kid < b.kid ? 1 : -1))
}
