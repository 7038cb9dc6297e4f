import { expect, it } from 'vitest'
import { renderEnvExample } from './env-example.ts'

const option = (env: string, value?: unknown, isSecret = false) => ({
  env,
  description: `About ${env}.`,
  default: value,
  isSecret,
  parse: (text: string) => text,
})

it('an example environment tells shared settings once and no secret', () => {
  const port = option('EMOTIBOT_PORT', 0)
  const text = renderEnvExample([
    { app: 'monolith', options: [port, option('LEGACY_JWT_SECRET', 'hush', true)] },
    { app: 'facade', options: [port, option('EMOTIBOT_RATE_LIMIT', 100), option('LEDGER_DATABASE_URL')] },
  ])
  expect(text.split('\n').slice(3)).toEqual([
    ...['# --- Every app', '', '# About EMOTIBOT_PORT.', '# EMOTIBOT_PORT=0', ''],
    ...['# --- monolith', '', '# About LEGACY_JWT_SECRET.', '# LEGACY_JWT_SECRET=', ''],
    ...['# --- facade', '', '# About EMOTIBOT_RATE_LIMIT.', '# EMOTIBOT_RATE_LIMIT=100', ''],
    ...['# About LEDGER_DATABASE_URL.', '# LEDGER_DATABASE_URL=', ''],
  ])
})
