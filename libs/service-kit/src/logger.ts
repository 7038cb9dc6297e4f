import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

const REDACTED = [
  'password',
  'current_password',
  'new_password',
  'access_token',
  'authorization',
  'cookie',
  'token',
]

/** JSON lines on standard output. Secrets are redacted here, so that no caller can forget. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    base: { app: name },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: REDACTED.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
  })
}
