import { type Config, commonOptions, secretOption, textOption } from '@emotibot/service-kit'

export const configSchema = {
  ...commonOptions,
  sqliteFile: textOption({
    env: 'EMOTIBOT_SQLITE_FILE',
    default: '.data/emotibot.sqlite',
    description: "The monolith's database file. The mover runs beside it and never makes it.",
  }),
  authDatabaseUrl: textOption({
    env: 'AUTH_DATABASE_URL',
    isSecret: true,
    description: 'The Postgres database of the auth service.',
  }),
  secret: secretOption({
    env: 'LEGACY_JWT_SECRET',
    description: 'Secret that the service tokens of whoever commands the mover are made with.',
  }),
}

export type MoverConfig = Config<typeof configSchema>
