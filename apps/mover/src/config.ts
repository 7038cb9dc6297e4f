import {
  type Config,
  commonOptions,
  secretOption,
  textOption,
  wholeNumberOption,
} from '@emotibot/service-kit'

const databaseOf = (domain: string) =>
  textOption({
    env: `${domain.toUpperCase()}_DATABASE_URL`,
    isSecret: true,
    default: '',
    description: `The Postgres database of the ${domain} service. Empty: this domain is not moved.`,
  })

export const configSchema = {
  ...commonOptions,
  sqliteFile: textOption({
    env: 'EMOTIBOT_SQLITE_FILE',
    default: '.data/emotibot.sqlite',
    description: "The monolith's database file. The mover runs beside it and never makes it.",
  }),
  authDatabaseUrl: databaseOf('auth'),
  conversationDatabaseUrl: databaseOf('conversation'),
  emotionDatabaseUrl: databaseOf('emotion'),
  ledgerUrl: textOption({
    env: 'LEDGER_DATABASE_URL',
    isSecret: true,
    default: '',
    description:
      'The Postgres database of the ledger, whose flips are driven. Empty: rows are moved, and no flip is.',
  }),
  flipBudgetMs: wholeNumberOption({
    env: 'EMOTIBOT_FLIP_BUDGET_MS',
    default: 5_000,
    min: 100,
    max: 60_000,
    description: 'What a flip may take while requests are held, in milliseconds; past it, it is undone.',
  }),
  secret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    description: 'Secret that the service tokens of whoever commands the mover are made with.',
  }),
}

export type MoverConfig = Config<typeof configSchema>
