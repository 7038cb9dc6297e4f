import { createClient, type ErrorBody, SESSION_COOKIE } from '@emotibot/contracts'

export type NewUser = { readonly username?: string; readonly email?: string; readonly password?: string }

/** Somebody who is registered and signed in. */
export type TestUser = {
  readonly userId: string
  readonly username: string
  readonly email: string
  readonly password: string
  readonly token: string
  /** Headers that sign a request the way programs do. */
  readonly bearer: { readonly authorization: string }
  /** The `Cookie` header the page sends; unsafe methods need an `Origin` with it. */
  readonly cookie: string
}

let counter = 0

/** A name nobody else in this run has, also not another process of it. */
export function uniqueName(stem = 'user'): string {
  counter += 1
  return `${stem}-${process.pid.toString(36)}-${Date.now().toString(36)}-${counter}`
}

/** Registers somebody at an EmotiBot and signs them in. Throws with the answer when that is refused. */
export async function createUser(baseUrl: string, wanted: NewUser = {}): Promise<TestUser> {
  const username = wanted.username ?? uniqueName()
  const email = wanted.email ?? `${username}@emotibot.example`
  const password = wanted.password ?? 'correct horse'
  const registered = await createClient({ baseUrl }).call('auth.register', {
    body: { username, email, password },
  })
  if (!registered.ok) throw refused('register', registered.body)
  return signIn(baseUrl, { username, password })
}

/** Signs in somebody who exists. */
export async function signIn(
  baseUrl: string,
  { username, password }: { username: string; password: string },
): Promise<TestUser> {
  const answer = await createClient({ baseUrl }).call('auth.login', { body: { username, password } })
  if (!answer.ok) throw refused('sign in', answer.body)
  const { access_token: token, user } = answer.body
  return {
    userId: user.user_id,
    username: user.username,
    email: user.email,
    password,
    token,
    bearer: { authorization: `Bearer ${token}` },
    cookie: `${SESSION_COOKIE}=${token}`,
  }
}

function refused(what: string, body: ErrorBody): Error {
  return new Error(`Could not ${what}: ${body.code}: ${body.message}`)
}
