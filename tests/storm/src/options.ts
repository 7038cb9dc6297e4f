import { parseArgs } from 'node:util'

export type StormOptions = {
  readonly seconds: number
  readonly seed: number
  /** Who acts at the same time. */
  readonly people: number
}

const USUAL = { seconds: '60', people: '24' }

/** Reads the command line. Throws for what is no whole number. */
export function readOptions(args: readonly string[], randomSeed: () => number): StormOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string' }, seed: { type: 'string' }, people: { type: 'string' } },
  })
  return {
    seconds: wholeNumber('seconds', values.seconds ?? USUAL.seconds),
    people: wholeNumber('people', values.people ?? USUAL.people),
    seed: values.seed === undefined ? randomSeed() : wholeNumber('seed', values.seed),
  }
}

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new Error(`--${name} is a whole number, not "${text}"`)
}
