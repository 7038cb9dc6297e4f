import { type Config, commonOptions, type Option, textOption, wholeNumberOption } from '@emotibot/service-kit'

const SECRET_LENGTH_MIN = 32

/** A secret shorter than HS256's own output could be guessed. */
function secretOption(env: string, description: string): Option<string> {
  const parse = (text: string): string => {
    if (text.length >= SECRET_LENGTH_MIN) return text
    throw new Error(`must have at least ${SECRET_LENGTH_MIN} characters`)
  }
  return { ...textOption({ env, description, isSecret: true }), parse }
}

export const configSchema = {
  ...commonOptions,
  sqliteFile: textOption({
    env: 'EMOTIBOT_SQLITE_FILE',
    default: '.data/emotibot.sqlite',
    description: 'The database file. An old EmotiBot file is upgraded in place.',
  }),
  jwtSecret: secretOption('LEGACY_JWT_SECRET', 'Secret the tokens are signed with (HS256).'),
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
  trustProxy: textOption({
    env: 'EMOTIBOT_TRUST_PROXY',
    default: 'loopback',
    description:
      'Comma-separated addresses or networks whose X-Forwarded-For is believed; "none" for nobody.',
  }),
}

export type MonolithConfig = Config<typeof configSchema>
