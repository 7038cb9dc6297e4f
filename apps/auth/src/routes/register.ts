import { randomUUID } from 'node:crypto'
import { nameTakenError } from '../errors.ts'
import { addUser, answerUser, isTaken } from '../users.ts'
import type { RouteDeps } from './deps.ts'

/**
 * Makes an account. That name and e-mail are free is looked up where it cannot change: inside the transaction, with
 * nobody else registering. The hashing is done by then.
 */
export function registerRoute({ write, hasher, now }: RouteDeps) {
  return write('auth.register', {
    lock: 'alone',
    prepare: ({ body }) => hasher.hash(body.password),
    async commit(tx, credentials, { body: { username, email } }) {
      if (await isTaken(tx, [username, email])) throw nameTakenError()
      const time = new Date(now()).toISOString()
      const user = await addUser(tx, { id: randomUUID(), username, email, time }, credentials)
      return { status: 201, body: { message: 'User registered successfully', user: answerUser(user) } }
    },
  })
}
