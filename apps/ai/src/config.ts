import {
  type Config,
  commonOptions,
  secretOption,
  textOption,
  urlOption,
  wholeNumberOption,
} from '@emotibot/service-kit'

export const configSchema = {
  ...commonOptions,
  internalUrl: urlOption({
    env: 'EMOTIBOT_INTERNAL_URL',
    default: '',
    description:
      "The facade's internal port, where other domains are asked. Empty: every text is answered as neutral, and the answer says so.",
  }),
  emotionDeadlineMs: wholeNumberOption({
    env: 'EMOTIBOT_EMOTION_DEADLINE_MS',
    default: 1_500,
    min: 1,
    description: 'How long an answer waits to hear what a text sounds like, or how earlier ones did.',
  }),
  providerUrl: urlOption({
    env: 'EMOTIBOT_AI_BASE_URL',
    default: 'https://api.openai.com/v1',
    description: 'An OpenAI-compatible endpoint, with its /v1. Asked only with a key.',
  }),
  providerKey: textOption({
    env: 'EMOTIBOT_AI_KEY',
    default: '',
    isSecret: true,
    description: 'Key of that endpoint. Empty: replies are the built-in ones.',
  }),
  model: textOption({
    env: 'EMOTIBOT_AI_MODEL',
    default: 'gpt-4.1-mini',
    description: 'The model that writes replies.',
  }),
  deadlineMs: wholeNumberOption({
    env: 'EMOTIBOT_AI_DEADLINE_MS',
    default: 7_000,
    min: 1,
    description:
      'What a reply of the endpoint may take, waiting and retries included; then it is a built-in one.',
  }),
  firstWordMs: wholeNumberOption({
    env: 'EMOTIBOT_AI_FIRST_WORD_MS',
    default: 4_000,
    min: 1,
    description: 'How long the endpoint may take to begin.',
  }),
  callsAtOnce: wholeNumberOption({
    env: 'EMOTIBOT_AI_CALLS_AT_ONCE',
    default: 8,
    min: 1,
    max: 1_000,
    description: 'Calls of the endpoint at the same time.',
  }),
  callsWaiting: wholeNumberOption({
    env: 'EMOTIBOT_AI_CALLS_WAITING',
    default: 32,
    max: 10_000,
    description: 'Calls that wait for their turn; more get a built-in reply.',
  }),
  tokensPerDay: wholeNumberOption({
    env: 'EMOTIBOT_AI_TOKENS_PER_DAY',
    default: 20_000,
    description: 'Tokens of the endpoint for one user or visitor and day (UTC); 0 is no limit.',
  }),
  guestTokensPerDay: wholeNumberOption({
    env: 'EMOTIBOT_AI_GUEST_TOKENS_PER_DAY',
    default: 500_000,
    description: 'The same for all visitors together, who can make themselves new at will.',
  }),
  legacyJwtSecret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    default: '',
    description:
      "Secret the monolith's tokens are signed with (HS256), and service tokens are made from. Empty: their users count as visitors, and nobody can be asked.",
  }),
  authUrl: urlOption({
    env: 'EMOTIBOT_AUTH_URL',
    default: '',
    description: 'Where the auth service is. Empty: its tokens are good for nothing here.',
  }),
}

export type AiConfig = Config<typeof configSchema>
