import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

const LARGEST_BYTES = 5_000_000

/** Appends lines to a file that never grows past a bound: the older half is kept beside it as `.1`. */
export class LogFile {
  readonly path: string
  #bytes: number

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true })
    this.path = path
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  }

  write(line: string): void {
    if (this.#bytes > LARGEST_BYTES) this.#turnOver()
    const text = `${line}\n`
    appendFileSync(this.path, text, { mode: 0o600 })
    this.#bytes += Buffer.byteLength(text)
  }

  #turnOver(): void {
    renameSync(this.path, `${this.path}.1`)
    this.#bytes = 0
  }
}
