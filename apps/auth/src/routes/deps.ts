import type { Store, WriteRoute } from '@emotibot/service-store'
import type { DeleteAccount } from '../delete-account.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Tokens } from '../tokens.ts'

/** What the routes stand on. */
export type RouteDeps = {
  readonly store: Store
  readonly write: WriteRoute
  readonly hasher: PasswordHasher
  readonly tokens: Tokens
  readonly deleteAccount: DeleteAccount
  readonly now: () => number
}
