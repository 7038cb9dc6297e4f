import { DatabaseSync } from 'node:sqlite'
import { createClient, POSITION_HEADER, readUnverifiedClaims } from '@emotibot/contracts'
import { authEntities } from '@emotibot/migration-auth'
import type { TestUser } from '@emotibot/testkit'
import { ask, fault, type Note } from '../writers/note.ts'
import type { Subject } from './subject.ts'

/** Sessions: people sign in, look who they are, and sign out. */
export const auth: Subject = {
  domain: 'auth',
  groups: [
    { group: 'auth', route: 'auth.login' },
    { group: 'auth.claim', route: 'auth.register' },
  ],
  entities: authEntities,
  openJournal(note) {
    const sessions: Sessions = new Map()
    return {
      write: (url, user) => signInAndOut(url, user, { note, sessions }),
      async findBroken({ file, database }) {
        const rows = await database<{ id: string }[]>`select id from sessions where revoked_at_ms is null`
        const held = { monolith: sessionsIn(file), auth: new Set(rows.map(({ id }) => id)) }
        return Object.entries(held).flatMap(([name, ids]) => findBrokenIn(sessions, name, ids))
      },
    }
  },
}

/** Every session there ever was, and what an answer said of it. `maybe`: the answer that would say did not come. */
type Sessions = Map<string, 'live' | 'over' | 'maybe'>

function sessionsIn(file: string): Set<string> {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = database.prepare('SELECT id FROM sessions').all()
  database.close()
  return new Set(rows.map(({ id }) => String(id)))
}

function findBrokenIn(sessions: Sessions, name: string, held: ReadonlySet<string>): string[] {
  return [...sessions].flatMap(([sid, state]) => {
    if (state === 'live' && !held.has(sid)) return [`session ${sid} is lost at ${name}`]
    if (state === 'over' && held.has(sid)) return [`session ${sid} goes on at ${name}, though it is over`]
    return []
  })
}

type Kept = { readonly note: Note; readonly sessions: Sessions }

async function signInAndOut(url: string, user: TestUser, { note, sessions }: Kept): Promise<boolean> {
  const { username, password } = user
  const signedIn = await ask(note, 'login', (signal) =>
    createClient({ baseUrl: url }).call('auth.login', { body: { username, password }, signal }),
  )
  if (!signedIn) return false
  if (!signedIn.ok) return fault(note, `login of ${username} answered ${signedIn.status}`)
  const { access_token: token } = signedIn.body
  const sid = readUnverifiedClaims(token)?.sid ?? ''
  sessions.set(sid, 'live')
  const position = signedIn.headers.get(POSITION_HEADER)
  const headers = { authorization: `Bearer ${token}`, ...(position ? { [POSITION_HEADER]: position } : {}) }
  const client = createClient({ baseUrl: url, headers: () => headers })
  const seen = await ask(note, 'me', (signal) => client.call('auth.me', { signal }))
  if (seen && seen.status !== 200) return fault(note, `me of a new session ${sid} answered ${seen.status}`)
  // Some stay: what is there must not go either.
  if (sessions.size % 7 === 0) return seen !== null
  const signedOut = await ask(note, 'logout', (signal) => client.call('auth.logout', { signal }))
  sessions.set(sid, signedOut?.ok ? 'over' : 'maybe')
  if (signedOut && !signedOut.ok) return fault(note, `logout of ${sid} answered ${signedOut.status}`)
  return seen !== null && signedOut !== null
}
