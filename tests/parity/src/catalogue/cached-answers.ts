import type { Journey, Person } from '../journey/journey.ts'
import { textAt } from '../journey/journey.ts'
import { scenario } from '../journey/scenario.ts'
import type { Breakage, PlantedAnswer, PlantedRequest } from '../plant/breakage.ts'
import type { WalkedEntry } from './entry.ts'

/** Answers whoever asks with what the first one was answered. */
function firstCallersAnswer(paths: readonly string[]): Breakage {
  const kept = new Map<string, PlantedAnswer>()
  const keyOf = ({ method, path, body }: PlantedRequest) => `${method} ${path} ${body.toString()}`
  return {
    name: `${paths.join(' and ')} are cached with the first caller in them`,
    request: (request) => kept.get(keyOf(request)) ?? null,
    answer: (answer, request) => {
      const isKept = paths.includes(request.path) && answer.status === 200
      if (isKept) kept.set(keyOf(request), answer)
      return answer
    },
  }
}

const replyOfAnotherProcess: Breakage = {
  name: 'a reply is another one each time, for the key changes',
  answer: (answer, { path }) => {
    if (path !== '/api/ai/reply') return answer
    const text = answer.body.toString().replace('"bot_message":"', `"bot_message":"(${Math.random()}) `)
    return { ...answer, body: Buffer.from(text) }
  },
}

const TEXT = 'I had a long day and I am tired'

async function ask({ call, claim }: Journey, as: Person, other: Person): Promise<void> {
  const answers = [
    await call('auth.me', { as }),
    await call('conversation.list', { as, note: 'list' }),
    await call('emotion.trends', { as, note: 'trends' }),
    await call('ai.insights', { as, note: 'insights' }),
    await call('ai.reply', { as, body: { text: TEXT }, note: 'reply' }),
  ]
  const said = answers.map(({ text }) => text).join()
  const isAnothers = [other.userId, other.username, other.email].some((mark) => said.includes(mark))
  claim('ai.reply', 'nobody is answered with what is another’s', !isAnothers)
}

/** 19: a cached answer carries the first caller's id, and the key changes with the process. */
export const cachedAnswers: WalkedEntry = {
  number: 19,
  scenario: scenario(
    'catalogue 19: a cached answer carries nobody, and is the same for all',
    ['ai.reply', 'ai.insights', 'emotion.trends', 'conversation.list', 'auth.me'],
    async (journey) => {
      const [nora, omar] = [await journey.person('nora'), await journey.person('omar')]
      const created = await journey.call('conversation.create', { as: nora, body: { title: nora.username } })
      const params = { id: textAt(created.json, 'conversation.id') }
      await journey.call('conversation.send', { as: nora, params, body: { text: 'I am sad' } })
      await ask(journey, nora, omar)
      await ask(journey, omar, nora)
      await journey.call('ai.reply', { body: { text: TEXT }, note: 'of a guest' })
    },
  ),
  breakages: [
    firstCallersAnswer(['/api/auth/me']),
    firstCallersAnswer(['/api/conversations']),
    firstCallersAnswer(['/api/conversations/insights', '/api/emotion/trends']),
    replyOfAnotherProcess,
  ],
}
