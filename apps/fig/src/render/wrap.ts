const COLUMNS = 80

/** Text on lines of at most 80 columns, all but the first indented; a word that is longer stands alone. */
export function wrap(text: string, indent: number): string {
  const lines = fill(text.split(' '), { width: COLUMNS - indent, separator: ' ' })
  return lines.join(`\n${' '.repeat(indent)}`)
}

/** Words on as few lines as they fit on. */
export function fill(
  words: readonly string[],
  { width, separator }: { width: number; separator: string },
): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    const isRoom = last !== undefined && last.length + separator.length + word.length <= width
    if (isRoom) lines[lines.length - 1] = last + separator + word
    else lines.push(word)
  }
  return lines
}
