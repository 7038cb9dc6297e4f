import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { ROLES, type Role } from '@emotibot/contracts'
import type { Logger } from '@emotibot/service-kit'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'

const Operator = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80 }),
  role: Type.Unsafe<Role>({ type: 'string', enum: [...ROLES] }),
  token_sha256: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
})
const OperatorList = Type.Array(Operator)
export type Operator = Static<typeof Operator>

/** Who may use the control API: a file of names, roles and hashes of tokens, read again whenever it changes. */
export class Operators {
  readonly #file: string
  readonly #logger: Logger
  #list: readonly Operator[] = []
  #seen = ''

  constructor(file: string, logger: Logger) {
    this.#file = file
    this.#logger = logger
  }

  /** Whose token this is, or null. Takes as long for a wrong token as for a right one. */
  find(token: string): Operator | null {
    this.#readIfChanged()
    const hash = createHash('sha256').update(token).digest()
    let found: Operator | null = null
    for (const operator of this.#list)
      if (timingSafeEqual(hash, Buffer.from(operator.token_sha256, 'hex'))) found = operator
    return found
  }

  #readIfChanged(): void {
    const seen = this.#stamp()
    if (seen === this.#seen) return
    this.#seen = seen
    if (seen === '') {
      this.#list = []
      this.#logger.warn({ file: this.#file }, 'there is no file of operators: nobody can use the control API')
      return
    }
    try {
      this.#list = readOrThrow(this.#file)
    } catch (error) {
      // Whoever edits the file must not lock everybody out by half a line: those known before stay.
      this.#logger.error({ err: error, file: this.#file }, 'the file of operators cannot be read')
    }
  }

  /** Changes whenever the file does; empty when there is none. */
  #stamp(): string {
    const stats = statSync(this.#file, { throwIfNoEntry: false })
    return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : ''
  }
}

function readOrThrow(file: string): readonly Operator[] {
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!Value.Check(OperatorList, value))
    throw new TypeError(
      'It must be a JSON list of {name, role: viewer or operator, token_sha256: 64 hex digits}.',
    )
  return value
}
