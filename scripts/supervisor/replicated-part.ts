import type { Part, Report } from './part.ts'
import { SupervisedPart } from './supervised-part.ts'

/**
 * Several processes of one part behind one address, each kept running by itself. A restart takes one after the other:
 * the new one is ready before the old one is stopped.
 */
export class ReplicatedPart {
  readonly part: Part
  readonly #report: Report
  /** Also those that are on their way in or out. */
  readonly #replicas = new Set<SupervisedPart>()
  #stops = 0
  #turn: Promise<void> = Promise.resolve()

  constructor(part: Part, report: Report) {
    this.part = part
    this.#report = report
  }

  /** Of one that runs. */
  get pid(): number | undefined {
    return this.#pids()[0]
  }

  /** One, where there is none. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#replicas.size === 0) await this.#add()
    })
  }

  /** Resolves when so many are ready, and those beyond them are gone. */
  scale(count: number): Promise<void> {
    const stops = this.#stops
    return this.#inTurn(async () => {
      while (this.#replicas.size < count && stops === this.#stops) await this.#add()
      await Promise.all([...this.#replicas].slice(count).map((replica) => this.#remove(replica)))
    })
  }

  restart(): Promise<void> {
    const stops = this.#stops
    return this.#inTurn(async () => {
      const old = [...this.#replicas]
      if (old.length === 0) await this.#add()
      for (const replica of old) {
        if (stops !== this.#stops) return
        await this.#add()
        await this.#remove(replica)
      }
    })
  }

  /** Cuts short whatever is under way. */
  async stop(): Promise<void> {
    this.#stops += 1
    await Promise.all([...this.#replicas].map((replica) => this.#remove(replica)))
    await this.#turn
  }

  /** One that does not become ready is not kept. */
  async #add(): Promise<void> {
    const replica = new SupervisedPart(this.part, this.#report)
    this.#replicas.add(replica)
    try {
      await replica.start()
    } catch (error) {
      await this.#remove(replica)
      throw error
    }
  }

  async #remove(replica: SupervisedPart): Promise<void> {
    await replica.stop()
    this.#replicas.delete(replica)
  }

  #pids(): number[] {
    return [...this.#replicas].flatMap(({ pid }) => (pid ? [pid] : []))
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }
}
