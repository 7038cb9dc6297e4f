import type { RawAnswer, RawSender } from '@emotibot/testkit'
import type { PlannedRequest } from '../plan/planned.ts'
import type { People, Settled } from './people.ts'

/** Routes after which somebody may not be who they were. */
const ENDING = ['auth.logout', 'auth.logout_all', 'auth.delete', 'auth.password', 'conversation.clear']

type Door = { readonly url: string; readonly sender: RawSender; readonly people: People }

/** Sends a planned request as the one it is from, with the ids of what is there. */
export async function sendPlanned(
  planned: PlannedRequest,
  { url, sender, people }: Door,
): Promise<RawAnswer> {
  const settled = people.of(planned.who)
  const type = planned.body === null ? [] : [['content-type', 'application/json'] as const]
  const isTypeGiven = planned.headers.some(([name]) => name === 'content-type')
  const answer = await sender.send({
    method: planned.method,
    path: planned.path.replaceAll('{id}', settled.id).replaceAll('{turn_id}', settled.turn_id),
    headers: [...(isTypeGiven ? [] : type), ...identityOf(planned, settled, url), ...planned.headers],
    ...(planned.body === null ? {} : { body: planned.body }),
  })
  if (answer.status < 300 && planned.route && ENDING.includes(planned.route)) await people.mend(planned)
  return answer
}

function identityOf({ who }: PlannedRequest, { user }: Settled, url: string): (readonly [string, string])[] {
  if (who === 'nobody') return []
  if (who === 'a bad token') return [['authorization', `Bearer ${user.token.slice(0, -2)}xx`]]
  if (who !== 'user by cookie') return [['authorization', user.bearer.authorization]]
  return [
    ['cookie', user.cookie],
    ['origin', new URL(url).origin],
  ]
}
