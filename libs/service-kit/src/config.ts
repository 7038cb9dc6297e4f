/**
 * Configuration comes from the environment and nowhere else. Each option is declared once, with its type, default
 * and description; `.env.example` is made from the same declaration.
 */
export type Option<T> = {
  readonly env: string
  readonly description: string
  /** Undefined: the variable must be set. */
  readonly default: T | undefined
  readonly isSecret: boolean
  /** Throws an Error whose message completes "NAME ...". */
  readonly parse: (text: string) => T
}

export type ConfigSchema = Readonly<Record<string, Option<unknown>>>
export type Config<S extends ConfigSchema> = {
  readonly [K in keyof S]: S[K] extends Option<infer T> ? T : never
}

type Declared<T> = { env: string; description: string; default?: T; isSecret?: boolean }

function option<T>(declared: Declared<T>, parse: (text: string) => T): Option<T> {
  const { env, description, isSecret = false } = declared
  return { env, description, default: declared.default, isSecret, parse }
}

export function textOption(declared: Declared<string>): Option<string> {
  return option(declared, (text) => text)
}

const SECRET_LENGTH_MIN = 32

/** A secret shorter than HS256's own output could be guessed. */
export function secretOption(declared: Declared<string>): Option<string> {
  return option({ ...declared, isSecret: true }, (text) => {
    if (text.length < SECRET_LENGTH_MIN) throw new Error(`must have at least ${SECRET_LENGTH_MIN} characters`)
    return text
  })
}

export function wholeNumberOption(
  declared: Declared<number> & { min?: number; max?: number },
): Option<number> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = declared
  return option(declared, (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text.trim()) || value < min || value > max)
      throw new Error(`must be a whole number from ${min} to ${max}, not "${text}"`)
    return value
  })
}

export function flagOption(declared: Declared<boolean>): Option<boolean> {
  return option(declared, (text) => {
    if (!['true', 'false', '1', '0'].includes(text)) throw new Error(`must be true or false, not "${text}"`)
    return text === 'true' || text === '1'
  })
}

export function urlOption(declared: Declared<string>): Option<string> {
  return option(declared, (text) => {
    if (!URL.canParse(text)) throw new Error('must be a URL with a scheme and a host')
    return text.replace(/\/$/, '')
  })
}

export function wordOption<const W extends string>(
  declared: Declared<W> & { words: readonly W[] },
): Option<W> {
  return option<W>(declared, (text) => {
    const word = declared.words.find((known) => known === text)
    if (word === undefined) throw new Error(`must be one of ${declared.words.join(', ')}, not "${text}"`)
    return word
  })
}

/** What every app takes. */
export const commonOptions = {
  host: textOption({ env: 'EMOTIBOT_HOST', default: '127.0.0.1', description: 'Address to listen on.' }),
  port: wholeNumberOption({
    env: 'EMOTIBOT_PORT',
    default: 0,
    max: 65_535,
    description: 'Port to listen on; 0 takes any free one.',
  }),
  logLevel: wordOption({
    env: 'EMOTIBOT_LOG_LEVEL',
    default: 'info',
    words: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    description: 'Least level that is logged.',
  }),
  dataDir: textOption({
    env: 'EMOTIBOT_DATA_DIR',
    default: '.data',
    description: 'Folder for everything kept on disk.',
  }),
}

export class ConfigError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Set by the supervisor and the entry script, and read by none of the schemas. */
const RESERVED = new Set(['EMOTIBOT_SUPERVISED', 'EMOTIBOT_CALLED_FROM'])

/** Reads, checks and freezes. Throws one ConfigError that names every problem at once, unknown `EMOTIBOT_…` names too. */
export function loadConfig<S extends ConfigSchema>(schema: S, env: NodeJS.ProcessEnv): Config<S> {
  const known = new Set(Object.values(schema).map((declared) => declared.env))
  const problems = Object.keys(env)
    .filter((name) => name.startsWith('EMOTIBOT_') && !known.has(name) && !RESERVED.has(name))
    .map((name) => `${name} is not a setting of this app; it knows ${[...known].join(', ')}`)
  const values: Record<string, unknown> = {}
  for (const [key, declared] of Object.entries(schema)) {
    const read = readOption(declared, env[declared.env])
    if ('problem' in read) problems.push(read.problem)
    else values[key] = read.value
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.freeze(values) as Config<S>
}

function readOption(
  declared: Option<unknown>,
  text: string | undefined,
): { value: unknown } | { problem: string } {
  if (text === undefined || text === '') {
    if (declared.default === undefined)
      return { problem: `${declared.env} must be set: ${declared.description}` }
    return { value: declared.default }
  }
  try {
    return { value: declared.parse(text) }
  } catch (cause) {
    return { problem: `${declared.env} ${cause instanceof Error ? cause.message : String(cause)}` }
  }
}
