import { describe, expect, it } from 'vitest'
import { serveForFile } from './testing/serve-for-file.ts'
import { signIn } from './testing/start-auth.ts'

/** Made by passlib 1.7.4 of "pässword". */
const BY_PASSLIB = '$pbkdf2-sha256$29000$8PHy8/T19vf4.fr7/P3./w$1vtxuUz2sp6mwwtNtJmD/mtfTt5t3ftkomeWIUA/fx0'

const { database, auth } = await serveForFile()

async function addLegacyUser(username: string, row: { verifier?: string; email?: string | null } = {}) {
  const { verifier = BY_PASSLIB, email = `${username}@example.org` } = row
  await database.write(
    'auth',
    (tx) => tx`
    insert into users (id, username, username_key, email, email_key, legacy_verifier, is_active, created_at, revision)
    values (${`id-${username}`}, ${username}, ${username}, ${email}, ${email ?? ''}, ${verifier}, true,
      '2024-05-01T18:22:41.123Z', 1)`,
  )
}

const login = (username: string, password: string) =>
  auth.client.call('auth.login', { body: { username, password } })

async function hashesOf(username: string) {
  const [row] =
    await database.sql`select password_hash, legacy_verifier from users where username = ${username}`
  return row
}

describe('a user who comes from the monolith', () => {
  it('signs in, gets an argon2id hash, and keeps the verifier for the way back', async () => {
    await addLegacyUser('old')
    expect((await login('old', 'wrong')).status).toBe(401)
    expect((await hashesOf('old'))?.['password_hash']).toBeNull()
    await signIn(auth.client, { username: 'old', password: 'pässword' })
    const upgraded = await hashesOf('old')
    expect(upgraded).toMatchObject({ legacy_verifier: BY_PASSLIB })
    expect(upgraded?.['password_hash']).toMatch(/^\$argon2id\$/)
    await signIn(auth.client, { username: 'old', password: 'pässword' })
    expect(await hashesOf('old')).toEqual(upgraded)
  })

  it('signs in many times at once, and is upgraded once', async () => {
    await addLegacyUser('eager')
    const answers = await Promise.all(Array.from({ length: 5 }, () => login('eager', 'pässword')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })

  it('without an e-mail is answered with an empty one', async () => {
    await addLegacyUser('shy', { email: null })
    const answer = await login('shy', 'pässword')
    expect(answer.body).toMatchObject({
      user: { email: '', created_at: '2024-05-01T18:22:41.123Z', updated_at: '2024-05-01T18:22:41.123Z' },
    })
  })

  it.each(['', 'plain text', '$2b$12$abcdefghijklmnopqrstuv'])(
    'with the unreadable verifier %j is refused, never a 500',
    async (verifier) => {
      const username = `odd ${verifier.length}`
      await addLegacyUser(username, { verifier })
      expect((await login(username, verifier || 'x')).status).toBe(401)
    },
  )
})
