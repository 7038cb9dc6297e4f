// Who logs out while no mover runs: auth is the service's, conversations are the monolith's, and neither store hears of
// the other. Real sides, two facades.
import { createClient } from '@emotibot/contracts'
import { signIn, startStack, type TestUser } from '@emotibot/testkit'
import { expect, it, onTestFinished } from 'vitest'

const clientOf = ({ bearer }: TestUser, url: string) => createClient({ baseUrl: url, headers: () => bearer })

async function startWithoutMover() {
  const stack = await startStack({ carvedOut: true, facades: 2, stages: { auth: { to: 'service' } } })
  onTestFinished(() => stack.close())
  const user = await stack.createUser()
  await stack.untilInStep()
  await stack.mover.close()
  const [one, other] = stack.facades.map(({ url }) => url) as [string, string]
  return {
    one,
    other,
    user,
    /** Of a route of either side, behind either facade. */
    statusesOf: (session: TestUser) =>
      Promise.all(
        [one, other].flatMap((url) => {
          const client = clientOf(session, url)
          return [client.call('auth.me', {}), client.call('conversation.list', {})].map(
            async (answer) => (await answer).status,
          )
        }),
      ),
  }
}

const GOOD = [200, 200, 200, 200]
const OVER = [401, 401, 401, 401]

it('a logout during a mover outage holds on both sides, behind every facade, when it is answered', async () => {
  const { one, other, user, statusesOf } = await startWithoutMover()
  const [here, there] = [await signIn(one, user), await signIn(other, user)]
  expect(await statusesOf(here)).toEqual(GOOD)
  expect((await clientOf(here, one).call('auth.logout', {})).status).toBe(204)
  expect(await statusesOf(here)).toEqual(OVER)
  expect(await statusesOf(there)).toEqual(GOOD)
  expect((await clientOf(there, other).call('auth.logout_all', {})).status).toBe(204)
  expect(await statusesOf(there)).toEqual(OVER)
  expect(await statusesOf(user)).toEqual(OVER)
})

it('a changed password during a mover outage ends the other sessions, and only those', async () => {
  const { one, other, user, statusesOf } = await startWithoutMover()
  const [here, there] = [await signIn(one, user), await signIn(other, user)]
  const body = { current_password: user.password, new_password: 'another horse' }
  expect((await clientOf(here, one).call('auth.password', { body })).status).toBe(200)
  expect(await statusesOf(there)).toEqual(OVER)
  expect(await statusesOf(here)).toEqual(GOOD)
})
