import { expect, test } from 'vitest'
import { newConversation, newcomer, startMonolith } from '../testing/start-monolith.ts'

test('what a user says a turn was counts in trends and insights, and the last word counts', async () => {
  const { client, ...ann } = await newcomer(await startMonolith(), 'ann')
  expect(await client.call('ai.insights', {})).toMatchObject({
    body: { insights: expect.stringMatching(/nothing to look back on yet/) },
  })
  const id = await newConversation({ client, ...ann })
  const sent = await client.call('conversation.send', { params: { id }, body: { text: 'I am so happy' } })
  const turnId = sent.ok ? sent.body.turn.id : ''
  for (const emotion of ['sad', 'angry'] as const) {
    const answer = await client.call('emotion.feedback', { body: { turn_id: turnId, emotion } })
    expect(answer).toMatchObject({ status: 201, body: { feedback: { turn_id: turnId, emotion } } })
  }
  const trends = await client.call('emotion.trends', { query: { period: 'day' } })
  const points = trends.ok ? trends.body.points : []
  expect(points.reduce((sum, point) => sum + point.emotions.angry, 0)).toBe(1)
  expect(points.reduce((sum, point) => sum + point.count, 0)).toBe(1)
  expect(await client.call('ai.insights', {})).toMatchObject({
    body: { insights: expect.stringMatching(/you sounded angry most often \(1 of 1\)/) },
  })
})
