/** Oids of `text[]` and `varchar[]`. */
const TEXT_ARRAY = 1009
const VARCHAR_ARRAY = 1015

/** How the driver writes and reads one-dimensional arrays of text, by PostgreSQL's array literals. */
export const textArray = {
  to: TEXT_ARRAY,
  from: [TEXT_ARRAY, VARCHAR_ARRAY],
  serialize: (values: readonly (string | null)[]) => `{${values.map(quoteElement).join()}}`,
  parse: parseTextArray,
}

function quoteElement(value: string | null): string {
  return value === null ? 'NULL' : `"${value.replaceAll(/["\\]/g, '\\$&')}"`
}

/** `{a,"b, c",NULL}` → `['a', 'b, c', null]` */
export function parseTextArray(literal: string): (string | null)[] {
  const elements = literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"|[^,]+/gs)
  return Array.from(elements, ([bare, quoted]) => {
    if (quoted !== undefined) return quoted.replaceAll(/\\(.)/gs, '$1')
    return bare === 'NULL' ? null : bare
  })
}
