// Tokens by person and day (UTC). A reply first reserves what it may cost at most, then says what it did cost, so that many
// at once cannot all pass under the limit:
//
//   reserve ──► account, and for a visitor also the account of all visitors ──► settle
//
// In memory: a restart forgets the day, and each process counts for itself.

export type Asker = {
  readonly kind: 'user' | 'guest'
  /** Null for a guest without a name yet: counted with all guests only. */
  readonly id: string | null
}

export type MeterOptions = {
  /** Of one user or visitor; 0 is no limit. */
  readonly tokensPerDay: number
  /** Of all visitors together; 0 is no limit. */
  readonly guestTokensPerDay: number
  /** Accounts kept; those who come later share one of their kind. */
  readonly accountsMax?: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** What a reply may cost, until it is known what it did. Settled once. */
export type Reservation = { settle(tokens: number): void }

type Account = { tokens: number; readonly limit: number }

const DAY_MS = 24 * 3_600_000
/** About 20 MB. */
const ACCOUNTS_MAX = 100_000

export class Meter {
  readonly #options: Required<MeterOptions>
  #day = Number.NaN
  #accounts = new Map<string, Account>()

  constructor(options: MeterOptions) {
    this.#options = { accountsMax: ACCOUNTS_MAX, now: Date.now, ...options }
  }

  /** Null when the day's tokens of this asker do not reach any more. */
  reserve(asker: Asker, tokens: number): Reservation | null {
    this.#turnDay()
    const accounts = this.#accountsOf(asker)
    if (accounts.some((account) => account.limit > 0 && account.tokens + tokens > account.limit)) return null
    for (const account of accounts) account.tokens += tokens
    let isSettled = false
    return {
      settle: (cost) => {
        if (isSettled) return
        isSettled = true
        for (const account of accounts) account.tokens += cost - tokens
      },
    }
  }

  #turnDay(): void {
    const day = Math.floor(this.#options.now() / DAY_MS)
    if (day !== this.#day) this.#accounts = new Map()
    this.#day = day
  }

  #accountsOf({ kind, id }: Asker): Account[] {
    const { tokensPerDay, guestTokensPerDay } = this.#options
    const own = id === null ? [] : [this.#account(`${kind} ${id}`, `late ${kind}`, tokensPerDay)]
    return kind === 'user' ? own : [...own, this.#account('all guests', 'all guests', guestTokensPerDay)]
  }

  /** Nobody's account is dropped to make room: whoever could crowd others out could start afresh that way. */
  #account(key: string, whenFull: string, limit: number): Account {
    const isFull = this.#accounts.size >= this.#options.accountsMax
    const place = this.#accounts.has(key) || !isFull ? key : whenFull
    const account = this.#accounts.get(place) ?? { tokens: 0, limit }
    this.#accounts.set(place, account)
    return account
  }
}
