import {
  type Config,
  commonOptions,
  flagOption,
  secretOption,
  textOption,
  wholeNumberOption,
} from '@emotibot/service-kit'

export const configSchema = {
  ...commonOptions,
  databaseUrl: textOption({
    env: 'AUTH_DATABASE_URL',
    isSecret: true,
    description: 'The Postgres database of this service.',
  }),
  legacyJwtSecret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    description: "Secret the monolith's tokens are signed with (HS256).",
  }),
  keySecret: secretOption({
    env: 'AUTH_KEY_SECRET',
    default: '',
    description: 'Seals the private signing keys; LEGACY_JWT_SECRET when not set.',
  }),
  signingKeyDays: wholeNumberOption({
    env: 'EMOTIBOT_SIGNING_KEY_DAYS',
    default: 30,
    min: 1,
    max: 3_650,
    description: 'Age at which the signing key is replaced.',
  }),
  keepLegacyVerifiers: flagOption({
    env: 'EMOTIBOT_KEEP_LEGACY_VERIFIERS',
    default: true,
    description:
      'Write passwords also in the form the monolith can verify; off only once auth is retired there.',
  }),
  hashesAtOnce: wholeNumberOption({
    env: 'EMOTIBOT_HASHES_AT_ONCE',
    default: 3,
    min: 1,
    max: 64,
    description: 'Passwords hashed at the same time; each takes 19 MiB and a thread.',
  }),
  hashesWaiting: wholeNumberOption({
    env: 'EMOTIBOT_HASHES_WAITING',
    default: 100,
    max: 10_000,
    description: 'Passwords that wait for their turn; more are answered 503.',
  }),
  trustProxy: textOption({
    env: 'EMOTIBOT_TRUST_PROXY',
    default: 'loopback',
    description:
      'Comma-separated addresses or networks whose X-Forwarded-For is believed; "none" for nobody.',
  }),
}

export type AuthConfig = Config<typeof configSchema>
