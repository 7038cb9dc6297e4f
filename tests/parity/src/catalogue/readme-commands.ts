import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LookedAtEntry } from './entry.ts'
import { ROOT } from './page-sources.ts'

/** npm's own, which need no entry under `scripts`. */
const OF_NPM = new Set(['start', 'test'])

export type Shipped = {
  readonly scripts: Readonly<Record<string, string>>
  readonly exists: (path: string) => boolean
}

/** Commands and links of a document that name something which is not there. */
export function missingCommands(document: string, { scripts, exists }: Shipped): string[] {
  const commands = [...document.matchAll(/npm (?:run ([a-z][\w:-]*)|(start|test)\b)/g)].map(
    ([, run, own]) => run ?? own ?? '',
  )
  const verbs = [...document.matchAll(/\.\/fig ([a-z]+)/g)].map(([, verb = '']) => verb)
  const links = [...document.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, path = '']) => path)
  return [
    ...unique(commands).flatMap((name) => faultsOfCommand(name, { scripts, exists })),
    ...unique(verbs)
      .filter((verb) => !exists(`apps/fig/src/verbs/${verb}.ts`))
      .map((verb) => `./fig ${verb}: there is no such verb`),
    ...unique(links)
      .filter((path) => !exists(path))
      .map((path) => `a link names ${path}, which is not there`),
  ]
}

function faultsOfCommand(name: string, { scripts, exists }: Shipped): string[] {
  const called = OF_NPM.has(name) ? `npm ${name}` : `npm run ${name}`
  const script = scripts[name]
  if (script === undefined) return [`${called}: package.json has no such script`]
  const [, file = '', command] = /^node (\S+)(?: (\S+))?/.exec(script) ?? []
  if (!exists(file)) return [`${called}: ${file || script} is not there`]
  const entry = `scripts/commands/${command}.ts`
  return command === undefined || exists(entry) ? [] : [`${called}: ${entry} is not there`]
}

const unique = (words: readonly string[]): string[] => [...new Set(words)]

/** 20: the README's first command names a file that is not there: a newcomer fails at step 3. */
export const readmeCommands: LookedAtEntry = {
  number: 20,
  name: 'every command and link of the README is there',
  find: async () => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Pick<Shipped, 'scripts'>
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
    return missingCommands(readme, { ...manifest, exists: (path) => existsSync(join(ROOT, path)) })
  },
}
