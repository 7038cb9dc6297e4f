import { type RunFile, removeRunFile, writeRunFile } from '../stack/run-file.ts'
import type { Stack } from '../stack/stack.ts'

export type NoteFacts = {
  stack: Stack
  operatorToken: string
  supervisor: { url: string; token: string }
}

/** Keeps run.json true while everything runs: pids change when an app restarts. */
export class RunNote {
  readonly #dataDir: string
  #facts: NoteFacts | undefined

  constructor(dataDir: string) {
    this.#dataDir = dataDir
    removeRunFile(dataDir)
  }

  /** From now on there is one. */
  open(facts: NoteFacts, pids: Record<string, number>): void {
    this.#facts = facts
    this.update(pids)
  }

  update(pids: Record<string, number>): void {
    if (this.#facts) writeRunFile(this.#dataDir, runFile(this.#facts, pids))
  }

  close(): void {
    this.#facts = undefined
    removeRunFile(this.#dataDir)
  }
}

export function runFile(
  { stack, operatorToken, supervisor }: NoteFacts,
  pids: Record<string, number>,
): RunFile {
  const { facade, control, of } = stack.urls
  const apps = stack.appNames.map((name) => [name, { url: of(name), pid: pids[name] ?? 0 }])
  return {
    facade,
    control,
    console: control,
    apps: Object.fromEntries(apps),
    operator_token: operatorToken,
    supervisor: { ...supervisor, pid: process.pid },
  }
}
