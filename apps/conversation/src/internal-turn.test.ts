import { INTERNAL, ON_BEHALF_OF } from '@emotibot/contracts'
import { createServiceToken } from '@emotibot/service-kit'
import { expect, it } from 'vitest'
import {
  newConversation,
  SECRET,
  sayTurn,
  signedIn,
  startConversation,
} from './testing/start-conversation.ts'

it('our own processes are told whether a user has a turn, and nobody else is', async () => {
  const service = await startConversation()
  const ann = signedIn(service)
  const { id } = await sayTurn(ann, await newConversation(ann), 'hello', { prefer: 'respond-async' })
  const token = (audience: string) => createServiceToken({ secret: SECRET, caller: 'emotion', audience })
  const ask = async (turnId: string, headers: Record<string, string>) => {
    const answer = await fetch(`${service.url}/internal/turns/${turnId}`, { headers })
    return [answer.status, await answer.json()]
  }
  const asEmotion = { [ON_BEHALF_OF.token]: await token(INTERNAL) }
  const forAnn = { ...asEmotion, [ON_BEHALF_OF.user]: ann.userId }
  expect(await ask(id, forAnn)).toEqual([200, { turn_id: id, user_id: ann.userId }])
  const refusals = [
    await ask('00000000-0000-4000-8000-000000000000', forAnn),
    await ask(id, { ...asEmotion, [ON_BEHALF_OF.user]: 'bob' }),
    await ask(id, asEmotion),
    await ask(id, { ...ann.headers, [ON_BEHALF_OF.user]: ann.userId }),
    await ask(id, { ...forAnn, [ON_BEHALF_OF.token]: await token('emotion') }),
  ]
  expect(refusals.map(([status]) => status)).toEqual([404, 404, 400, 401, 401])
})
