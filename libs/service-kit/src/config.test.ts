import { describe, expect, it } from 'vitest'
import {
  ConfigError,
  commonOptions,
  flagOption,
  loadConfig,
  textOption,
  urlOption,
  wholeNumberOption,
} from './config.ts'

const schema = {
  ...commonOptions,
  url: urlOption({ env: 'EMOTIBOT_THING_URL', description: 'Where the thing is.' }),
  limit: wholeNumberOption({ env: 'EMOTIBOT_LIMIT', default: 100, max: 1_000, description: 'How many.' }),
  isLoud: flagOption({ env: 'EMOTIBOT_LOUD', default: false, description: 'Whether it is loud.' }),
  secret: textOption({ env: 'THING_SECRET', default: 'none', isSecret: true, description: 'A secret.' }),
}

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(schema, env)
    return []
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems
    throw thrown
  }
}

describe('loadConfig', () => {
  it('takes defaults, reads types and freezes', () => {
    const config = loadConfig(schema, {
      EMOTIBOT_THING_URL: 'http://127.0.0.1:1/',
      EMOTIBOT_LIMIT: '7',
      EMOTIBOT_LOUD: '1',
    })
    expect(config).toMatchObject({
      url: 'http://127.0.0.1:1',
      limit: 7,
      isLoud: true,
      secret: 'none',
      port: 0,
    })
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('names every problem at once, by variable', () => {
    const problems = problemsOf({
      EMOTIBOT_LIMIT: '7.5',
      EMOTIBOT_LOUD: 'yes',
      EMOTIBOT_PORT: '70000',
      EMOTIBOT_LIMTI: '1',
    })
    expect(problems).toHaveLength(5)
    for (const name of [
      'EMOTIBOT_LIMIT ',
      'EMOTIBOT_LOUD ',
      'EMOTIBOT_PORT ',
      'EMOTIBOT_LIMTI ',
      'EMOTIBOT_THING_URL ',
    ])
      expect(problems.some((problem) => problem.startsWith(name))).toBe(true)
  })

  it('leaves names that are not ours alone', () => {
    expect(problemsOf({ EMOTIBOT_THING_URL: 'http://x', HOME: '/', EMOTIBOT_SUPERVISED: '1' })).toEqual([])
  })
})
