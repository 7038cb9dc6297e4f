import picocolors from 'picocolors'

export type Colors = ReturnType<typeof picocolors.createColors>

/** A place text goes to: coloured and redrawn where a person looks, plain in a pipe. */
export type Terminal = {
  readonly isTty: boolean
  readonly colors: Colors
  write(text: string): void
}

type Stream = { isTTY?: boolean; write(text: string): unknown }

/** Colours only on a terminal that did not ask for none (no-color.org: set and not empty). */
export function createTerminal(stream: Stream, env: NodeJS.ProcessEnv): Terminal {
  const isTty = stream.isTTY === true
  return {
    isTty,
    colors: picocolors.createColors(isTty && !env['NO_COLOR'] && env['TERM'] !== 'dumb'),
    write: (text) => void stream.write(text),
  }
}

/** What tests and pipes see. */
export const plainColors: Colors = picocolors.createColors(false)
