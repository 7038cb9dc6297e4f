import colours from 'picocolors'

export type Facts = {
  facade: string
  control: string
  logs: string
  demo: { user: string; password: string } | undefined
  startedInMs: number
  residentBytes: number | undefined
}

/** What a newcomer reads when everything is up. */
export function greeting(facts: Facts): string {
  const { facade, control, logs, demo } = facts
  return [
    '',
    `${colours.bold('EmotiBot is up')} ${colours.dim(`(${figures(facts)})`)}`,
    '',
    `  Chat page      ${colours.cyan(facade)}`,
    `  Log in as      ${demo ? `${demo.user}   password ${demo.password}` : 'a user of the file you brought'}`,
    `  Control API    ${colours.cyan(control)}`,
    `  API reference  ${colours.cyan(`${control}/reference`)}`,
    `  Logs           ${logs}`,
    '',
    '  Next, in another terminal:  ./fig plan emotion.analyze --to service',
    '                              ./fig flip emotion.analyze --to service --why "first one"',
    '  Then domains with data:     ./fig backfill auth        (and conversation, emotion)',
    '  One app alone:              npm run app -- restart conversation',
    '  Stop:                       Ctrl-C',
    '',
  ].join('\n')
}

function figures({ startedInMs, residentBytes }: Facts): string {
  const started = `started in ${(startedInMs / 1_000).toFixed(1)} s`
  if (residentBytes === undefined) return started
  return `${started}, ${Math.round(residentBytes / 1_048_576)} MB resident in all processes`
}
