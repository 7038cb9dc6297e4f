// Documents name the tests that show what they say, in one form:
//
//   `path/to/file.test.ts`                          the file is there
//   `file.test.ts`: begins like this…; a whole title.   and these stand in it, cut short by … or not
import type { SourceFile } from './workspace.ts'

type Citation = { readonly file: string; readonly titles: readonly string[] }

const CITED_FILE = /`([\w./-]+\.test\.ts)`/g
/** A paragraph, an item of a list, a row of a table, a cell. */
const BLOCK_END = /\n\s*\n|\n(?=\s*(?:[-*]|\d+\.|\|)\s)|\|/

export function citationsIn(text: string): Citation[] {
  return text.split(BLOCK_END).flatMap((block) => citationsOf(block.replaceAll(/\s+/g, ' ')))
}

function citationsOf(block: string): Citation[] {
  const found = [...block.matchAll(CITED_FILE)]
  return found.map((match, at) => {
    const after = block.slice(match.index + match[0].length, found[at + 1]?.index)
    return { file: match[1] ?? '', titles: after.startsWith(':') ? titlesIn(after.slice(1)) : [] }
  })
}

function titlesIn(text: string): string[] {
  return text
    .split(';')
    .map((part) => part.replace(/\([^)]*\)[\s.]*$/, '').split('…', 1)[0] ?? '')
    .map((part) => part.trim().replace(/\.$/, ''))
    .filter((title) => title !== '')
}

/** What a document names that is not there, in words. `near`: the folder whose files are meant first. */
export function judgeCitations(text: string, files: readonly SourceFile[], near: string): string[] {
  return citationsIn(text).flatMap(({ file, titles }) => {
    const meant = filesMeant(file, files, near)
    if (meant.length === 0) return [`there is no ${file}`]
    return titles
      .filter((title) => !meant.some((each) => holds(each, title)))
      .map((title) => `${file} has no test that says "${title}"`)
  })
}

function filesMeant(file: string, files: readonly SourceFile[], near: string): SourceFile[] {
  const named = files.filter(({ path }) => path === file || path.endsWith(`/${file}`))
  const own = named.filter(({ path }) => path.startsWith(near))
  return own.length > 0 ? own : named
}

/** A word before the title says where in the file it is: `a fence: takes only growing epochs`. */
function holds({ text }: SourceFile, title: string): boolean {
  const source = text.replaceAll(/\s+/g, ' ')
  return source.includes(title) || (title.includes(': ') && source.includes(title.replace(/^.*?: /, '')))
}
