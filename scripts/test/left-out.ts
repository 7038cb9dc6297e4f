import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Tests that need a program npm does not bring. */
export type Requirement = { packageName: string; what: string; program: string; anyOf: readonly string[] }

export const JOURNEYS: Requirement = {
  packageName: '@emotibot/tests-journeys',
  what: 'the browser journeys',
  program: 'Chromium',
  anyOf: ['chromium', 'chromium-browser', 'google-chrome'],
}

const REQUIREMENTS: readonly Requirement[] = [
  JOURNEYS,
  {
    packageName: '@emotibot/tests-broker',
    what: 'events over RabbitMQ',
    program: 'RabbitMQ',
    anyOf: ['rabbitmq-server'],
  },
]

/** What cannot run here; the reason is said, never just a smaller number. */
export function leftOut(isInstalled: (program: string) => boolean = isInPath): Requirement[] {
  return REQUIREMENTS.filter(({ anyOf }) => !anyOf.some(isInstalled))
}

export const reasonOf = ({ what, program }: Requirement): string =>
  `left out: ${what}, because there is no ${program} here`

/** Servers are put where an ordinary account's path does not lead. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin']

function isInPath(program: string): boolean {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...SERVER_FOLDERS].some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
