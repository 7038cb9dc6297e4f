import { isIP } from 'node:net'
import {
  type Config,
  commonOptions,
  type Option,
  secretOption,
  textOption,
  urlOption,
  wholeNumberOption,
} from '@emotibot/service-kit'

const NETWORK_NAMES = ['loopback', 'linklocal', 'uniquelocal']

function trustProxyOption(env: string, description: string): Option<string[] | false> {
  const parse = (text: string): string[] | false => {
    if (text === 'none') return false
    const networks = text.split(',').map((network) => network.trim())
    const unknown = networks.find((network) => !NETWORK_NAMES.includes(network) && !isNetwork(network))
    if (unknown !== undefined) throw new Error(`must list addresses or networks, not "${unknown}"`)
    return networks
  }
  return { env, description, default: ['loopback'], isSecret: false, parse }
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/')
  return rest.length === 0 && isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= 128
}

export const configSchema = {
  ...commonOptions,
  sqliteFile: textOption({
    env: 'EMOTIBOT_SQLITE_FILE',
    default: '.data/monolith.sqlite',
    description: 'The database file. An old EmotiBot file is upgraded in place.',
  }),
  jwtSecret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    description: 'Secret the tokens are signed with (HS256).',
  }),
  authUrl: urlOption({
    env: 'EMOTIBOT_AUTH_URL',
    default: '',
    description: "Where the auth service is, whose tokens are good here too. Empty: only the monolith's are.",
  }),
  jwksFile: textOption({
    env: 'EMOTIBOT_JWKS_FILE',
    default: '',
    description:
      "Where the auth service's public keys are kept, so that it may be down. Empty: monolith-jwks.json in the data folder.",
  }),
  replyWaitMs: wholeNumberOption({
    env: 'EMOTIBOT_REPLY_WAIT_MS',
    default: 2_000,
    max: 20_000,
    description: 'How long a send waits for its reply before it answers with the turn pending.',
  }),
  replyPaceMs: wholeNumberOption({
    env: 'EMOTIBOT_REPLY_PACE_MS',
    default: 20,
    max: 1_000,
    description: 'Pause between the words of a reply that somebody watches being written; 0 for none.',
  }),
  trustProxy: trustProxyOption(
    'EMOTIBOT_TRUST_PROXY',
    'Comma-separated addresses or networks whose X-Forwarded-For is believed; "none" for nobody\'s.',
  ),
}

export type MonolithConfig = Config<typeof configSchema>
