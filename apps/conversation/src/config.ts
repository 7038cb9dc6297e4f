import { parseSubscribers, type Subscriber } from '@emotibot/messaging'
import {
  type Config,
  commonOptions,
  type Option,
  secretOption,
  textOption,
  urlOption,
  wholeNumberOption,
} from '@emotibot/service-kit'

function subscribersOption({ env, description }: { env: string; description: string }): Option<Subscriber[]> {
  return { env, description, default: [], isSecret: false, parse: parseSubscribers }
}

export const configSchema = {
  ...commonOptions,
  databaseUrl: textOption({
    env: 'CONVERSATION_DATABASE_URL',
    isSecret: true,
    description: 'The Postgres database of this service.',
  }),
  legacyJwtSecret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    description:
      "Secret the monolith's tokens are signed with (HS256), and service tokens by a key made from it.",
  }),
  authUrl: urlOption({
    env: 'EMOTIBOT_AUTH_URL',
    default: '',
    description: "Where the auth service is, whose tokens are good here too. Empty: only the monolith's are.",
  }),
  internalUrl: urlOption({
    env: 'EMOTIBOT_INTERNAL_URL',
    default: '',
    description:
      "The facade's internal port, by which other domains are asked. Empty: nobody is; turns are stored as neutral and wait for their reply.",
  }),
  emotionDeadlineMs: wholeNumberOption({
    env: 'EMOTIBOT_EMOTION_DEADLINE_MS',
    default: 1_500,
    min: 1,
    max: 20_000,
    description: 'How long a turn waits to hear what it sounds like before it is stored as neutral for now.',
  }),
  replyDeadlineMs: wholeNumberOption({
    env: 'EMOTIBOT_REPLY_DEADLINE_MS',
    default: 10_000,
    min: 1,
    max: 60_000,
    description: 'What one try to get a reply may take; then it is tried again later.',
  }),
  repliesAtOnce: wholeNumberOption({
    env: 'EMOTIBOT_REPLIES_AT_ONCE',
    default: 32,
    min: 1,
    max: 1_000,
    description: 'Replies that are asked for at the same time.',
  }),
  replyWaitMs: wholeNumberOption({
    env: 'EMOTIBOT_REPLY_WAIT_MS',
    default: 2_000,
    max: 20_000,
    description: 'How long a send waits for its reply before it answers with the turn pending.',
  }),
  eventSubscribers: subscribersOption({
    env: 'EMOTIBOT_EVENT_SUBSCRIBERS',
    description: 'Services that events are pushed to by HTTP, e.g. emotion=http://127.0.0.1:7301; by comma.',
  }),
  amqpUrl: textOption({
    env: 'AMQP_URL',
    default: '',
    isSecret: true,
    description: 'The RabbitMQ that events go by. Empty: they are pushed by HTTP.',
  }),
  trustProxy: textOption({
    env: 'EMOTIBOT_TRUST_PROXY',
    default: 'loopback',
    description:
      'Comma-separated addresses or networks whose X-Forwarded-For is believed; "none" for nobody.',
  }),
}

export type ConversationConfig = Config<typeof configSchema>
