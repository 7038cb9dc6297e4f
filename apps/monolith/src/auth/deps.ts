import type { LiveHub } from '../realtime/live-hub.ts'
import type { Store } from '../store/store.ts'
import type { WriteRoute } from '../store/writes/write-routes.ts'
import type { DeleteAccount } from './delete-account.ts'
import type { PasswordHasher } from './password-hash.ts'
import type { Tokens } from './tokens.ts'

/** What the auth domain stands on. */
export type AuthDeps = {
  readonly store: Store
  readonly write: WriteRoute
  readonly hasher: PasswordHasher
  readonly tokens: Tokens
  readonly hub: LiveHub
  readonly now: () => number
  readonly deleteAccount: DeleteAccount
}
