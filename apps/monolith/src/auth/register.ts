import { randomUUID } from 'node:crypto'
import { fold } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import { users } from '../store/tables.ts'
import type { AuthDeps } from './deps.ts'
import { answerUser, isTaken } from './users.ts'

/** Makes an account. That name and e-mail are free is looked up where it cannot change: inside the transaction. */
export function registerRoute({ write, hasher, now }: AuthDeps) {
  return write('auth.register', {
    prepare: async ({ body }) => ({ passwordHash: await hasher.hash(body.password) }),
    commit(tx, { passwordHash }, { body: { username, email } }) {
      if (isTaken(tx, [username, email]))
        throw new ApiError('DUPLICATE_USER', 'This username or e-mail is taken. Sign in, or choose another.')
      const time = new Date(now()).toISOString()
      const row = {
        id: randomUUID(),
        username,
        email,
        passwordHash,
        createdAt: time,
        updatedAt: time,
        isActive: true,
        usernameKey: fold(username),
        emailKey: fold(email),
        revision: 1,
      }
      tx.insert(users).values(row).run()
      return { status: 201, body: { message: 'User registered successfully', user: answerUser(row) } }
    },
  })
}
