/** Columns that are missing, and columns that no mapping knows: their content would be lost at a flip. */
export function describeColumnDrift(
  table: string,
  { expected, found }: { expected: readonly string[] | undefined; found: readonly string[] },
): string[] {
  if (found.length === 0) return [`table ${table} is missing`]
  if (!expected) return []
  const missing = expected.filter((column) => !found.includes(column))
  const unknown = found.filter((column) => !expected.includes(column))
  return [
    ...missing.map((column) => `column ${table}.${column} is missing`),
    ...unknown.map((column) => `column ${table}.${column} is not mapped`),
  ]
}
