import { BATCH_MAX_TEXTS, EMOTIONS, PERIODS } from '@emotibot/contracts'
import { textAt } from '../journey/journey.ts'
import { type Scenario, scenario } from '../journey/scenario.ts'
import { sendSpoiled } from './bad-bodies.ts'

/** A text that sounds like each emotion of version 1, and some that are hard. */
export const TEXTS: Readonly<Record<(typeof EMOTIONS)[number], string>> = {
  happy: 'I am so happy, this is wonderful!!!',
  sad: 'I feel sad and lonely and I cried all day',
  angry: 'I am furious, I hate how unfair this is',
  surprised: 'Wow, I did not expect that, what a surprise!',
  fearful: 'I am scared and terrified of what comes',
  neutral: 'The train leaves at nine from the second platform',
}

const HARD = [
  'I am not happy at all',
  'very very happy',
  'slightly annoyed',
  '😀😡😱',
  ':) :-( ^^',
  'ＨＡＰＰＹ',
  "I don’t hate it, I'm just tired",
  '!!!!!!!!',
  '   spaces   ',
  'Ich bin glücklich',
  '幸せ',
  'a'.repeat(10_000),
  'happy '.repeat(1_600),
  'I want to kill myself',
  'toString constructor __proto__ hasOwnProperty',
  '\u0001\u007f\u200b',
]

export const pureEmotionScenarios: readonly Scenario[] = [
  scenario('a text sounds the same on every side', ['emotion.analyze'], async ({ call, claim }) => {
    for (const emotion of EMOTIONS) {
      const { json } = await call('emotion.analyze', { body: { text: TEXTS[emotion] }, note: emotion })
      claim('emotion.analyze', `${emotion} can be recognised`, textAt(json, 'emotion') === emotion)
    }
    for (const text of HARD) await call('emotion.analyze', { body: { text }, note: text.slice(0, 30) })
    await call('emotion.analyze', { raw: '{"text":"a","text":"I am sad"}', note: 'a field twice' })
    await call('emotion.analyze', { raw: '{"text":"caf\\u00e9 \\ud83d\\ude00"}', note: 'escapes' })
    await call('emotion.analyze', { raw: '\ufeff{"text":"hi"}', note: 'a byte order mark' })
  }),

  scenario('a spoiled text is refused the same way', ['emotion.analyze'], async (journey) => {
    await sendSpoiled(journey, 'emotion.analyze', { good: { text: 'I am happy' } })
  }),

  scenario(
    'a batch answers every text, and a bad one costs its own answer only',
    ['emotion.batch'],
    async (journey) => {
      const { call } = journey
      await call('emotion.batch', { body: { texts: [...Object.values(TEXTS), ...HARD] }, note: 'all texts' })
      const bad = [1, null, [], {}, '', '  ', 'nul \u0000', '\ud800', 'x'.repeat(10_001), true, 'I am happy']
      await call('emotion.batch', { body: { texts: bad }, note: 'bad texts among good ones' })
      await call('emotion.batch', { body: { texts: [] }, note: 'no texts' })
      const most = Array.from({ length: BATCH_MAX_TEXTS }, (_, at) => `text ${at} makes me happy`)
      await call('emotion.batch', { body: { texts: most }, note: 'as many as go' })
      await call('emotion.batch', { body: { texts: [...most, 'one more'] }, note: 'one too many' })
      await sendSpoiled(journey, 'emotion.batch', { good: { texts: ['I am happy'] } })
    },
  ),
]

export const emotionScenarios: readonly Scenario[] = [
  ...pureEmotionScenarios,

  scenario('trends count how the turns sounded', ['emotion.trends'], async (journey) => {
    const { call } = journey
    const nora = await journey.person()
    await call('emotion.trends', { as: nora, note: 'without turns' })
    const created = await call('conversation.create', { as: nora, body: {} })
    const id = textAt(created.json, 'conversation.id')
    for (const text of Object.values(TEXTS))
      await call('conversation.send', { as: nora, params: { id }, body: { text } })
    for (const period of [...PERIODS, 'decade', '', 'Week'])
      await call('emotion.trends', { as: nora, query: { period }, note: `period ${period}` })
    await call('emotion.trends', { as: nora, query: { from: 'then' }, note: 'an unknown parameter' })
  }),

  scenario('feedback is kept for one’s own turn', ['emotion.feedback'], async (journey) => {
    const { call } = journey
    const [nora, omar] = [await journey.person('nora'), await journey.person('omar')]
    const created = await call('conversation.create', { as: nora, body: {} })
    const id = textAt(created.json, 'conversation.id')
    const sent = await call('conversation.send', { as: nora, params: { id }, body: { text: TEXTS.sad } })
    const turn_id = textAt(sent.json, 'turn.id')
    const headers = [['idempotency-key', 'feedback-1']] as const
    await call('emotion.feedback', { as: nora, body: { turn_id, emotion: 'angry' }, headers })
    await call('emotion.feedback', { as: nora, body: { turn_id, emotion: 'angry' }, headers, note: 'again' })
    await call('emotion.feedback', {
      as: nora,
      body: { turn_id, emotion: 'happy' },
      headers,
      note: 'another body',
    })
    await call('emotion.feedback', { as: nora, body: { turn_id, emotion: 'neutral' }, note: 'the last word' })
    await call('emotion.feedback', { as: omar, body: { turn_id, emotion: 'happy' }, note: 'of another user' })
    await call('emotion.feedback', {
      as: nora,
      body: { turn_id: 'nobody', emotion: 'happy' },
      note: 'made up',
    })
    await call('emotion.feedback', {
      as: nora,
      body: { turn_id, emotion: 'joy' },
      note: 'no emotion of ours',
    })
    await sendSpoiled(journey, 'emotion.feedback', { as: nora, good: { turn_id, emotion: 'sad' } })
    await call('emotion.trends', { as: nora, note: 'after feedback' })
  }),
]
