import { parseSync } from 'oxc-parser'

/** One import of a source file. `isType`: erased when it runs. */
export type Import = { readonly specifier: string; readonly isType: boolean }

/**
 * Everything a source text imports: `import`, `export … from`, `import()` and `import('…').Type`.
 * A dynamic import whose target is not written out is reported as `<computed>`. Throws on text that does not parse.
 */
export function importsOf(file: string, source: string): Import[] {
  const { module, program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new SyntaxError(`${file} does not parse: ${errors[0]?.message}`)
  const fromImports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    isType: entries.length > 0 && entries.every((entry) => entry.isType),
  }))
  const fromExports = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, isType }) =>
      moduleRequest ? [{ specifier: moduleRequest.value, isType }] : [],
    )
  const dynamic = module.dynamicImports.map(({ moduleRequest }) => ({
    specifier: literalOf(source.slice(moduleRequest.start, moduleRequest.end)),
    isType: false,
  }))
  return [...fromImports, ...fromExports, ...dynamic, ...typeImportsIn(program)]
}

function literalOf(expression: string): string {
  return /^(['"`])([^'"`$]*)\1$/.exec(expression)?.[2] ?? '<computed>'
}

/** `import('…').Type` is no module request, so it has to be looked for in the tree. */
function typeImportsIn(node: unknown): Import[] {
  if (Array.isArray(node)) return node.flatMap(typeImportsIn)
  if (typeof node !== 'object' || node === null) return []
  const below = Object.values(node).flatMap(typeImportsIn)
  return isTypeImport(node) ? [{ specifier: node.source.value, isType: true }, ...below] : below
}

function isTypeImport(node: object): node is { source: { value: string } } {
  return 'type' in node && node.type === 'TSImportType'
}
