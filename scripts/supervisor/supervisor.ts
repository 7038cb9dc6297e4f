import { layersOf } from './layers.ts'
import type { Part, Report } from './part.ts'
import { SupervisedPart } from './supervised-part.ts'

/** Starts parts in the order of their dependencies, starts again what crashes, and stops all in the opposite order. */
export class Supervisor {
  readonly #layers: SupervisedPart[][]
  #stopping: Promise<void> | undefined

  constructor(parts: readonly Part[], report: Report) {
    this.#layers = layersOf(parts).map((layer) => layer.map((part) => new SupervisedPart(part, report)))
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
  find(name: string): SupervisedPart | undefined {
    return this.#all().find((supervised) => supervised.part.name === name)
  }

  names(): string[] {
    return this.#all().map((supervised) => supervised.part.name)
  }

  /** Process ids of what runs now, by name. */
  pids(): Record<string, number> {
    const running = this.#all().flatMap(({ part, pid }): [string, number][] =>
      pid ? [[part.name, pid]] : [],
    )
    return Object.fromEntries(running)
  }

  #all(): SupervisedPart[] {
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
