/**
 * Who may import whom. Left: where the importing package stands; right: where the imported one may stand.
 * `*` is any name; the first line that fits decides. A package may always import itself.
 */
export const IMPORT_TABLE: readonly { readonly from: string; readonly may: readonly string[] }[] = [
  { from: 'libs/contracts', may: [] },
  { from: 'libs/db', may: [] },
  { from: 'libs/service-kit', may: ['libs/contracts'] },
  { from: 'libs/flags', may: ['libs/contracts', 'libs/db'] },
  { from: 'libs/sync', may: ['libs/contracts', 'libs/db'] },
  { from: 'libs/service-store', may: ['libs/contracts', 'libs/db', 'libs/service-kit', 'libs/sync'] },
  { from: 'libs/messaging', may: ['libs/contracts', 'libs/db'] },
  { from: 'libs/testkit', may: ['libs/*', 'apps/*', 'migrations/*'] },
  { from: 'apps/fig', may: ['libs/contracts'] },
  { from: 'apps/console', may: ['libs/contracts'] },
  {
    from: 'apps/mover',
    may: ['libs/contracts', 'libs/service-kit', 'libs/db', 'libs/flags', 'libs/sync', 'migrations/*'],
  },
  {
    from: 'apps/*',
    may: [
      'libs/contracts',
      'libs/service-kit',
      'libs/service-store',
      'libs/db',
      'libs/flags',
      'libs/sync',
      'libs/messaging',
    ],
  },
  { from: 'migrations/*', may: ['libs/contracts', 'libs/sync'] },
  { from: 'tests/*', may: ['libs/*', 'apps/*', 'migrations/*', 'scripts'] },
  { from: 'bench', may: ['libs/*', 'apps/*'] },
  { from: 'scripts', may: ['libs/contracts', 'libs/db', 'libs/service-kit', 'apps/*'] },
]

/** What a package at this place may import; undefined where the table does not know it. */
export function allowedFor(place: string): readonly string[] | undefined {
  return IMPORT_TABLE.find(({ from }) => fits(from, place))?.may
}

export function mayImport(place: string, other: string): boolean {
  return place === other || (allowedFor(place)?.some((pattern) => fits(pattern, other)) ?? false)
}

function fits(pattern: string, place: string): boolean {
  return pattern === place || (pattern.endsWith('/*') && dirOf(place) === pattern.slice(0, -2))
}

function dirOf(place: string): string {
  return place.slice(0, Math.max(0, place.lastIndexOf('/')))
}
