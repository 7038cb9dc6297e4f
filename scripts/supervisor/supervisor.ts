import { layersOf } from './layers.ts'
import type { Part, Report } from './part.ts'
import { ReplicatedPart } from './replicated-part.ts'
import { SupervisedPart } from './supervised-part.ts'

/** A part as it is kept: one process, or as many as are wanted. */
export type Kept = SupervisedPart | ReplicatedPart

/** Starts parts in the order of their dependencies, starts again what crashes, and stops all in the opposite order. */
export class Supervisor {
  readonly #layers: Kept[][]
  #stopping: Promise<void> | undefined

  constructor(parts: readonly Part[], report: Report) {
    const keep = (part: Part): Kept =>
      part.isReplicable ? new ReplicatedPart(part, report) : new SupervisedPart(part, report)
    this.#layers = layersOf(parts).map((layer) => layer.map(keep))
  }

  /** Resolves when everything is ready. When one part fails, all that started is stopped and the reason thrown. */
  async start(): Promise<void> {
    try {
      for (const layer of this.#layers) await allOrThrow(layer.map((supervised) => supervised.start()))
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** May be asked for any number of times, also while starting; it happens once. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopLayers()
    return this.#stopping
  }

  /** The part of that name. */
  find(name: string): Kept | undefined {
    return this.#all().find((supervised) => supervised.part.name === name)
  }

  names(): string[] {
    return this.#all().map((supervised) => supervised.part.name)
  }

  /** Those that may run as several processes. */
  replicable(): string[] {
    return this.#all().flatMap(({ part }) => (part.isReplicable ? [part.name] : []))
  }

  /** Process ids of what runs now, by name. */
  pids(): Record<string, number> {
    const running = this.#all().flatMap(({ part, pid }): [string, number][] =>
      pid ? [[part.name, pid]] : [],
    )
    return Object.fromEntries(running)
  }

  #all(): Kept[] {
    return this.#layers.flat()
  }

  async #stopLayers(): Promise<void> {
    for (const layer of this.#layers.toReversed())
      await allOrThrow(layer.map((supervised) => supervised.stop()))
  }
}

/** Unlike Promise.all it waits for the others too, so that nothing is under way any more when it throws. */
async function allOrThrow(work: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(work)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
