import type { Naming } from './naming.ts'

/** Replaces the values at the given paths (`turns.*.id`) by their kind; everything else stays as it is. */
export function maskPaths(value: unknown, paths: readonly string[], naming: Naming): unknown {
  const split = paths.map((path) => path.split('.'))
  return mask(value, split, naming)
}

function mask(value: unknown, paths: readonly (readonly string[])[], naming: Naming): unknown {
  if (paths.some((path) => path.length === 0)) return naming(value)
  if (Array.isArray(value)) return value.map((item) => mask(item, below(paths, '*'), naming))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mask(item, below(paths, key), naming)]),
  )
}

function below(paths: readonly (readonly string[])[], key: string): (readonly string[])[] {
  return paths.filter(([first]) => first === key || first === '*').map((path) => path.slice(1))
}

const IDS_AND_TIMES =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z/gi
/** The same in running text: a document has no paths. */
export function maskText(text: string, naming: Naming): string {
  return text.replaceAll(IDS_AND_TIMES, (found) => String(naming(found)))
}
