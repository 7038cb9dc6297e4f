import fc from 'fast-check'

/** What a careless or hostile client puts where something else is due. */
const ODD = [
  null,
  [],
  {},
  '',
  ' ',
  0,
  -1,
  1.5,
  1e308,
  true,
  'nul \u0000',
  'lone \ud800',
  'lone \udfff',
  'x'.repeat(20_000),
  '__proto__',
  '$ne',
  "' OR 1=1 --",
  [[[[[]]]]],
  { length: 5 },
] as const

/** A value as JSON text with one thing wrong, at any depth, or in the text itself. */
export function spoil(value: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  const odd = fc.constantFrom<unknown>(...ODD)
  const place = fc.nat(30)
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(value, place, odd).map(([good, at, bad]) => write(replaceAt(good, at, bad))),
    },
    { weight: 2, arbitrary: fc.tuple(value, place).map(([good, at]) => write(dropAt(good, at))) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(value, fc.string(), odd)
        .map(([good, name, bad]) => write(addField(good, name, bad))),
    },
    { weight: 1, arbitrary: odd.map(write) },
    { weight: 1, arbitrary: fc.tuple(value, place).map(([good, at]) => write(good).slice(0, at)) },
  )
}

function write(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

type Fields = Record<string, unknown>

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function replaceAt(value: unknown, at: number, bad: unknown): unknown {
  if (!isFields(value)) return bad
  const names = Object.keys(value)
  const name = names[at % Math.max(1, names.length)]
  if (name === undefined) return bad
  return { ...value, [name]: at % 3 === 0 ? replaceAt(value[name], at, bad) : bad }
}

function dropAt(value: unknown, at: number): unknown {
  if (!isFields(value)) return value
  const names = Object.keys(value)
  const dropped = names[at % Math.max(1, names.length)]
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== dropped))
}

function addField(value: unknown, name: string, bad: unknown): unknown {
  return isFields(value) ? { ...value, [name]: bad } : value
}
