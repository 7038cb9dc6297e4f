// At the end, when both feeds have run out: each acknowledged write once, with its value, in both stores.
import { fold } from '@emotibot/contracts'
import type { Account } from '../journal/account.ts'
import type { Journal } from '../journal/journal.ts'
import type { Race } from '../people/race.ts'
import { isArgon2idOf, isPbkdf2Of } from './passwords.ts'
import type { Rows, UserRow } from './rows.ts'

export type ToCheck = {
  readonly journal: Journal
  readonly races: readonly Race[]
  readonly stores: readonly Rows[]
}

export async function checkStores({ journal, races, stores }: ToCheck): Promise<void> {
  for (const rows of stores) {
    const users = indexOf(rows.users)
    for (const account of journal.accounts) {
      checkUser(journal, account, { rows, users })
      checkSessions(journal, account, rows)
      await checkPassword(journal, account, { rows, users })
    }
    for (const race of races) checkRace(journal, race, { rows, users })
  }
}

type Index = {
  readonly byId: ReadonlyMap<string, readonly UserRow[]>
  /** By folded name and by folded e-mail. */
  readonly byKey: ReadonlyMap<string, readonly UserRow[]>
}
type In = { readonly rows: Rows; readonly users: Index }

function indexOf(users: readonly UserRow[]): Index {
  const byKey = new Map<string, UserRow[]>()
  for (const user of users)
    for (const key of new Set([user.usernameKey, user.emailKey]))
      byKey.set(key, [...(byKey.get(key) ?? []), user])
  return { byId: Map.groupBy(users, ({ id }) => id), byKey }
}

function checkUser(journal: Journal, account: Account, { rows, users }: In): void {
  const found = users.byKey.get(fold(account.username)) ?? []
  const where = `in the store of ${rows.name}`
  if (found.length > 1)
    journal.violate('doubled', account, `${account.username} is ${found.length} users ${where}`)
  const [row] = found
  if (account.state === 'present' && !row) journal.violate('missing', account, `the user is not ${where}`)
  if (account.state === 'gone' && row)
    journal.violate('missing', account, `the deleted user is still ${where}`)
  if (account.state !== 'present' || !row) return
  const isSame = row.username === account.username && row.email === account.email
  const isOne = account.userId === null || row.id === account.userId
  if (!isSame || !isOne || row.emailKey !== fold(account.email))
    journal.violate('missing', account, `${where} the user is ${JSON.stringify(row)}, not ${account.userId}`)
}

async function checkPassword(journal: Journal, account: Account, { rows, users }: In): Promise<void> {
  const [row] = users.byKey.get(fold(account.username)) ?? []
  if (account.state !== 'present' || !row) return
  const { legacyHash, argon2id } = row
  const [isLegacy, isOwn] = await Promise.all([
    isAnyOf(account.passwords, (password) => isPbkdf2Of(password, legacyHash)),
    argon2id === null || isAnyOf(account.passwords, (password) => isArgon2idOf(password, argon2id)),
  ])
  const wrong = [...(isLegacy ? [] : ['PBKDF2']), ...(isOwn ? [] : ['argon2id'])]
  if (wrong.length > 0)
    journal.violate(
      'missing',
      account,
      `${wrong.join()} in the store of ${rows.name} is not of ${account.passwords}`,
    )
}

async function isAnyOf(
  passwords: readonly string[],
  isOf: (password: string) => Promise<boolean>,
): Promise<boolean> {
  for (const password of passwords) if (await isOf(password)) return true
  return false
}

function checkSessions(journal: Journal, account: Account, rows: Rows): void {
  for (const { sid, state } of account.sessions) {
    const isThere = rows.sessions.has(sid)
    if (state === 'live' && !isThere)
      journal.violate('missing', account, `session ${sid} is not in the store of ${rows.name}`)
    if (state === 'over' && isThere)
      journal.violate('missing', account, `session ${sid} is over, yet goes on in the store of ${rows.name}`)
  }
}

/** One at most has the name; one exactly where somebody was told so, or everybody was told no. */
function checkRace(journal: Journal, { contenders, winners }: Race, { rows, users }: In): void {
  const keys = contenders.flatMap(({ username, email }) => [fold(username), fold(email)])
  const ids = new Set(keys.flatMap((key) => (users.byKey.get(key) ?? []).map(({ id }) => id)))
  const [winner = contenders[0] ?? null] = winners
  // Winners delete nothing: they are there to stay.
  if (ids.size > 1)
    journal.violate('doubled', winner, `${ids.size} have won a race in the store of ${rows.name}`)
  if (winners.length > 0 && ids.size === 0)
    journal.violate('missing', winner, `the winner is not in the store of ${rows.name}`)
}
