import { readEmotionText } from '@emotibot/contracts'
import type { Tally } from './tally.ts'

/** Reads a text into a tally, to the same tokens as the contract's `readEmotionText`. */
export function readText(text: string, tally: Tally): void {
  if (IS_ASCII.test(text)) readAscii(text.toLowerCase(), tally)
  else readAnyScript(text, tally)
  tally.endClause()
}

const IS_ASCII = /^[\x00-\x7f]*$/

function readAnyScript(text: string, tally: Tally): void {
  const { clauses, exclamations } = readEmotionText(text)
  tally.exclamations = exclamations
  for (const clause of clauses) {
    for (const token of clause) tally.addToken(token)
    tally.endClause()
  }
}

const OTHER = 0
const LETTER = 1
const CLAUSE_END = 2
const EMOTICON_START = 3

const APOSTROPHE = 0x27
const EXCLAMATION_MARK = 0x21

/** What each ASCII character may begin; a colon or semicolon that begins no emoticon ends a clause. */
const KINDS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code)
  if (/[0-9A-Za-z]/.test(character)) return LETTER
  if (/[.,!?()\n]/.test(character)) return CLAUSE_END
  return /[:;=<]/.test(character) ? EMOTICON_START : OTHER
})

const EMOTICON = /[:;=]-?[()](?!\w)|:'\(|<3(?!\d)/y

/** Most texts are plain ASCII: NFKC leaves them as they are, and a table finds words faster than Unicode classes do. */
function readAscii(text: string, tally: Tally): void {
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    const kind = KINDS[code]
    if (kind === LETTER) at = readWord(text, at, tally)
    else if (kind === EMOTICON_START) at = readEmoticon(text, at, tally)
    else {
      at++
      if (kind === CLAUSE_END) tally.endClause()
      if (code === EXCLAMATION_MARK) tally.exclamations++
    }
  }
}

/** Each returns where the next token may begin. */
function readWord(text: string, start: number, tally: Tally): number {
  let end = start + 1
  while (isLetter(text, end) || (text.charCodeAt(end) === APOSTROPHE && isLetter(text, end + 1))) end++
  tally.addToken(text.slice(start, end))
  return end
}

function isLetter(text: string, at: number): boolean {
  return KINDS[text.charCodeAt(at)] === LETTER
}

function readEmoticon(text: string, start: number, tally: Tally): number {
  EMOTICON.lastIndex = start
  const emoticon = EMOTICON.exec(text)?.[0]
  if (emoticon) tally.addToken(emoticon)
  else if (text[start] === ':' || text[start] === ';') tally.endClause()
  return start + (emoticon?.length ?? 1)
}
