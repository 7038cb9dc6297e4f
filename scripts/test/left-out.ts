import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Tests that need a program npm does not bring. */
export type Requirement = { packageName: string; what: string; program: string; anyOf: readonly string[] }

const REQUIREMENTS: readonly Requirement[] = [
  {
    packageName: '@emotibot/tests-journeys',
    what: 'the browser journeys',
    program: 'Chromium',
    anyOf: ['chromium', 'chromium-browser', 'google-chrome'],
  },
]

/** What cannot run here; the reason is said, never just a smaller number. */
export function leftOut(isInstalled: (program: string) => boolean = isInPath): Requirement[] {
  return REQUIREMENTS.filter(({ anyOf }) => !anyOf.some(isInstalled))
}

export const reasonOf = ({ what, program }: Requirement): string =>
  `left out: ${what}, because there is no ${program} here`

function isInPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
