import { type Config, commonOptions, secretOption, textOption, urlOption } from '@emotibot/service-kit'

export const configSchema = {
  ...commonOptions,
  databaseUrl: textOption({
    env: 'EMOTION_DATABASE_URL',
    default: '',
    isSecret: true,
    description: 'The Postgres database of this service. Empty: only the routes that keep nothing.',
  }),
  legacyJwtSecret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    default: '',
    description:
      "Secret the monolith's tokens are signed with (HS256), and the calls between our processes. Must be set with a database.",
  }),
  authUrl: urlOption({
    env: 'EMOTIBOT_AUTH_URL',
    default: '',
    description: "Where the auth service is. Empty: only the monolith's tokens are good.",
  }),
  internalUrl: urlOption({
    env: 'EMOTIBOT_INTERNAL_URL',
    default: '',
    description:
      "The facade's internal port. Empty: feedback on a turn that this service has not heard of is answered 503.",
  }),
  amqpUrl: textOption({
    env: 'AMQP_URL',
    default: '',
    isSecret: true,
    description: 'The RabbitMQ that events come by. Empty: they are pushed by HTTP.',
  }),
  trustProxy: textOption({
    env: 'EMOTIBOT_TRUST_PROXY',
    default: 'loopback',
    description:
      'Comma-separated addresses or networks whose X-Forwarded-For is believed; "none" for nobody.',
  }),
}

export type EmotionConfig = Config<typeof configSchema>
