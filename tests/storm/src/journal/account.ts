import type { Device } from '../people/device.ts'
import type { Talk } from './talk.ts'

/** `maybe`: the write that would have ended it has an unknown outcome. Once `over` it is over for good. */
export type Session = {
  readonly device: Device
  readonly token: string
  readonly sid: string
  state: 'live' | 'over' | 'maybe'
}

/** One person's account, as its answers tell it. */
export type Account = {
  readonly username: string
  readonly email: string
  userId: string | null
  /** `hoped`: registered with an unknown outcome. `leaving`: deleted with an unknown outcome. */
  state: 'new' | 'hoped' | 'present' | 'leaving' | 'gone'
  /** Those that may be right, the likeliest first: one, unless a change has an unknown outcome. */
  passwords: string[]
  /** The last that was asked for. Once it is seen to be right, no other is. */
  newestPassword: string
  /** Passwords that are surely no longer right. */
  readonly oldPasswords: string[]
  readonly sessions: Session[]
  readonly talks: Talk[]
  /** Everything may have been cleared, now or later: of its conversations nothing is known any more. */
  isDoubtful: boolean
  /** The newest `updated_at` anybody has seen of it. */
  newestSeen: string
  readonly history: string[]
}

export function createAccount(username: string, email: string, password: string): Account {
  return {
    username,
    email,
    userId: null,
    state: 'new',
    passwords: [password],
    newestPassword: password,
    oldPasswords: [],
    sessions: [],
    talks: [],
    isDoubtful: false,
    newestSeen: '',
    history: [],
  }
}

export const liveSessions = ({ sessions }: Account): Session[] =>
  sessions.filter(({ state }) => state === 'live')

/** Everything but `except` has ended, or may have. */
export function endSessions({ sessions }: Account, state: 'over' | 'maybe', except?: Session): void {
  for (const session of sessions) if (session !== except && session.state !== 'over') session.state = state
}
