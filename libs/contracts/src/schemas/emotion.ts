import Type, { type Static } from 'typebox'
import { closed, Id, MessageText, NullableNumber, OneOf, Time } from './primitives.ts'

/** Emotions of version 1, in the order that breaks ties. */
export const EMOTIONS = ['happy', 'sad', 'angry', 'surprised', 'fearful', 'neutral'] as const
export const Emotion = OneOf(EMOTIONS)
export type Emotion = Static<typeof Emotion>

const Share = Type.Number({ minimum: 0, maximum: 1 })
export const Scores = Type.Object(
  { happy: Share, sad: Share, angry: Share, surprised: Share, fearful: Share, neutral: Share },
  closed,
)

/** What a text sounds like. `confidence` is the winner's score; `polarity` −1..1; `subjectivity` 0..1. */
export const Analysis = Type.Object(
  {
    emotion: Emotion,
    confidence: Share,
    polarity: Type.Number({ minimum: -1, maximum: 1 }),
    subjectivity: Share,
    scores: Scores,
  },
  closed,
)
export type Analysis = Static<typeof Analysis>

export const BATCH_MAX_TEXTS = 1_000

/** One answer of a batch: exactly one of `analysis` and `error`; `index` is the text's place in the request. */
export const BatchResult = Type.Object(
  {
    index: Type.Integer({ minimum: 0 }),
    analysis: Type.Optional(Analysis),
    error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() }, closed)),
  },
  closed,
)
export type BatchResult = Static<typeof BatchResult>

/** Items of a batch are judged one by one, so that one bad text costs only its own answer. */
export const BatchRequest = Type.Object(
  { texts: Type.Array(Type.Unknown(), { minItems: 1, maxItems: BATCH_MAX_TEXTS }) },
  closed,
)
export const AnalyzeRequest = Type.Object({ text: MessageText }, closed)

export const PERIODS = ['day', 'week', 'month', 'year'] as const
export const Period = OneOf(PERIODS)
export type Period = Static<typeof Period>

/** Turns of one bucket of time; `average_polarity` is null where there are none. */
export const TrendPoint = Type.Object(
  {
    start: Time,
    count: Type.Integer(),
    average_polarity: NullableNumber,
    emotions: Type.Object(
      {
        happy: Type.Integer(),
        sad: Type.Integer(),
        angry: Type.Integer(),
        surprised: Type.Integer(),
        fearful: Type.Integer(),
        neutral: Type.Integer(),
      },
      closed,
    ),
  },
  closed,
)
export type TrendPoint = Static<typeof TrendPoint>

export const Trends = Type.Object(
  {
    period: Period,
    points: Type.Array(TrendPoint),
    count: Type.Integer(),
    average_polarity: NullableNumber,
    direction: OneOf(['improving', 'steady', 'worsening']),
  },
  closed,
)
export type Trends = Static<typeof Trends>

/** "That's not how I feel": what the user says the emotion of a turn was. */
export const Feedback = Type.Object({ turn_id: Id, emotion: Emotion, created_at: Time }, closed)
export type Feedback = Static<typeof Feedback>
