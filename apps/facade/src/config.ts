import {
  type Config,
  commonOptions,
  secretOption,
  textOption,
  urlOption,
  wholeNumberOption,
} from '@emotibot/service-kit'
import { checkTrustedOrThrow } from './identity/client-address.ts'

const serviceUrl = (domain: string) =>
  urlOption({
    env: `EMOTIBOT_${domain.toUpperCase()}_URL`,
    default: '',
    description: `Where the ${domain} service is. Empty: there is none, and its routes stay on the monolith.`,
  })

const milliseconds = (env: string, usual: number, description: string) =>
  wholeNumberOption({ env, default: usual, min: 10, max: 600_000, description })

export const configSchema = {
  ...commonOptions,
  controlPort: wholeNumberOption({
    env: 'EMOTIBOT_CONTROL_PORT',
    default: 0,
    max: 65_535,
    description: 'Port of the control API; 0 takes any free one.',
  }),
  internalPort: wholeNumberOption({
    env: 'EMOTIBOT_INTERNAL_PORT',
    default: 0,
    max: 65_535,
    description: 'Port where our own processes ask each other; 0 takes any free one.',
  }),
  ledgerUrl: textOption({
    env: 'LEDGER_DATABASE_URL',
    isSecret: true,
    description: 'Postgres database of the ledger.',
  }),
  monolithUrl: urlOption({ env: 'EMOTIBOT_MONOLITH_URL', description: 'Where the monolith is.' }),
  authUrl: serviceUrl('auth'),
  emotionUrl: serviceUrl('emotion'),
  conversationUrl: serviceUrl('conversation'),
  aiUrl: serviceUrl('ai'),
  realtimeUrl: serviceUrl('realtime'),
  moverUrl: urlOption({
    env: 'EMOTIBOT_MOVER_URL',
    default: '',
    description: 'Where the mover is. Empty: there is none, and no flip can move data.',
  }),
  serviceSecret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    default: '',
    description:
      'Secret of service tokens: those that command the mover, and those of our processes at the internal port. Empty: neither is possible.',
  }),
  operatorsFile: textOption({
    env: 'EMOTIBOT_OPERATORS_FILE',
    default: '',
    description: 'JSON list of {name, role, token_sha256}. Empty: operators.json in the data folder.',
  }),
  snapshotFile: textOption({
    env: 'EMOTIBOT_SNAPSHOT_FILE',
    default: '',
    description:
      'Where the last snapshot of the ledger is kept. Empty: facade-snapshot.json in the data folder.',
  }),
  rateLimit: wholeNumberOption({
    env: 'EMOTIBOT_RATE_LIMIT',
    default: 100,
    description: 'API requests and socket upgrades a minute for one client address; 0 is no limit.',
  }),
  trustProxy: {
    ...textOption({
      env: 'EMOTIBOT_TRUST_PROXY',
      default: '',
      description:
        'Addresses and networks, by comma, of proxies in front of this one whose X-Forwarded-For is believed.',
    }),
    parse: checkTrustedOrThrow,
  },
  connectTimeoutMs: milliseconds(
    'EMOTIBOT_CONNECT_TIMEOUT_MS',
    2_000,
    'How long an upstream may take to accept a connection.',
  ),
  headersTimeoutMs: milliseconds(
    'EMOTIBOT_HEADERS_TIMEOUT_MS',
    30_000,
    'How long an upstream may take to begin its answer.',
  ),
  fallbackAfterMs: milliseconds(
    'EMOTIBOT_FALLBACK_AFTER_MS',
    10_000,
    'The same for a service whose request the monolith can answer instead.',
  ),
  bodyTimeoutMs: milliseconds(
    'EMOTIBOT_BODY_TIMEOUT_MS',
    60_000,
    'How long an upstream may be silent in the middle of an answer.',
  ),
}

export type FacadeConfig = Config<typeof configSchema>
