import { textOption } from '@emotibot/service-kit'
import { describe, expect, it } from 'vitest'
import type { AppSpec } from './apps.ts'
import { settingsByApp } from './settings.ts'

const app = (name: string, settings: string[], rest: Partial<AppSpec> = {}): AppSpec => {
  const options = settings.map((env) => [env, textOption({ env, description: env })] as const)
  return { name, config: async () => ({ configSchema: Object.fromEntries(options) }), ...rest }
}
const apps = [
  app('monolith', ['EMOTIBOT_LOG_LEVEL', 'EMOTIBOT_HOST']),
  app('facade', ['EMOTIBOT_LOG_LEVEL', 'EMOTIBOT_HOST', 'EMOTIBOT_RATE_LIMIT'], { port: 8_080 }),
]

describe('settings given to npm start', () => {
  it('reach each app that knows them, and only those', async () => {
    const env = { EMOTIBOT_LOG_LEVEL: 'debug', EMOTIBOT_RATE_LIMIT: '0', EMOTIBOT_DATA_DIR: 'x', HOME: '/' }
    expect(await settingsByApp(apps, env)).toEqual({
      monolith: { EMOTIBOT_LOG_LEVEL: 'debug' },
      facade: { EMOTIBOT_LOG_LEVEL: 'debug', EMOTIBOT_RATE_LIMIT: '0' },
    })
  })

  it('open the front door to a network and nothing behind it', async () => {
    const shares = await settingsByApp(apps, { EMOTIBOT_HOST: '0.0.0.0' })
    expect(shares).toEqual({ monolith: {}, facade: { EMOTIBOT_HOST: '0.0.0.0' } })
  })

  it('are refused when no app knows them', async () => {
    await expect(settingsByApp(apps, { EMOTIBOT_RATE_LIMITS: '0' })).rejects.toThrow('EMOTIBOT_RATE_LIMITS')
  })
})
