import { parseArgs } from 'node:util'

export type FuzzOptions = { readonly requests: number; readonly frames: number; readonly seed: number }

const USUAL = { requests: '3000', frames: '600' }

/** Reads the command line. Throws for what is no whole number. */
export function readOptions(args: readonly string[], randomSeed: () => number): FuzzOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { requests: { type: 'string' }, frames: { type: 'string' }, seed: { type: 'string' } },
  })
  return {
    requests: wholeNumber('requests', values.requests ?? USUAL.requests),
    frames: wholeNumber('frames', values.frames ?? USUAL.frames),
    seed: values.seed === undefined ? randomSeed() : wholeNumber('seed', values.seed),
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`--${name} is a whole number, not "${text}"`)
}
