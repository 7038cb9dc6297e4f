import { setTimeout as pause } from 'node:timers/promises'
import { ProviderFailure, type ReplyPart } from './provider.ts'

/** Throws ProviderFailure `slow` once the signal says so. */
export async function pauseOrFail(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch((cause: unknown) => {
    const message = 'The deadline passed before it could be asked again.'
    throw new ProviderFailure('slow', message, { cause, wasNotExecuted: true })
  })
}

type Ask = (signal: AbortSignal) => AsyncIterable<ReplyPart>

/** Ends the call when its first part takes longer than `ms`, or on the outer signal. */
export async function* withFirstWordBy(
  ms: number,
  ask: Ask,
  outer: AbortSignal,
): AsyncGenerator<ReplyPart, void, undefined> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), ms)
  try {
    for await (const part of ask(AbortSignal.any([outer, late.signal]))) {
      clearTimeout(timer)
      yield part
    }
  } finally {
    clearTimeout(timer)
  }
}
