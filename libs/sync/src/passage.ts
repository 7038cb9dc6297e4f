import { type Batch, type Rows, toChanges } from './batch.ts'
import { indexEntities, missingParents } from './entities.ts'
import type { AnyEntity } from './entity.ts'
import { schemaDriftError } from './errors.ts'
import { isSamePlace, type Place } from './position.ts'
import { nextLimit } from './step-size.ts'
import type { Applied, Lag, Step, Store } from './store.ts'

export type PassageOptions = {
  /** What the destination calls this source: its place is kept under this name, for good. */
  readonly name: string
  readonly source: Store
  readonly destination: Store
  readonly entities: readonly AnyEntity[]
  /** What one transaction at the destination may take. */
  readonly stepBudgetMs?: number
}

/** What a pass did. `idle`: nothing new. `moved`: somebody else moved the place meanwhile, or it moved past nothing. */
export type Passed = Extract<Applied, { outcome: 'applied' }> | 'idle' | 'moved'

/** Passes batches from one store's feed to another store. What it remembers, it can forget at any time. */
export type Passage = {
  /** One batch. `isAsked`: somebody waits for the place itself, so it is recorded however little it moved. */
  pass(isAsked: boolean): Promise<Passed>
  /** After a fault: another database may answer now, so everything is read anew. */
  forget(): void
  place(): Place | null
  lag(most?: number): Promise<Lag>
}

/** A waiting monolith waits for its own users; a service has other connections, but a fence waits for the step. */
const BUDGET_MS = { monolith: 4, service: 300 }
const FIRST_LIMIT = 32
/**
 * A place that moved past nothing of interest is recorded this seldom, unless somebody asks. Seldom in the monolith's
 * file, whose one writer that keeps waiting; more often in a service, where reads wait for it.
 */
const RECORD_EVERY_MS = { monolith: 1_000, service: 200 }

export function createPassage(options: PassageOptions): Passage {
  const { name, source, destination } = options
  const budgetMs = options.stepBudgetMs ?? BUDGET_MS[destination.side]
  const entities = indexEntities(options.entities)
  const mappings = entities.mappingsTo(destination.side)
  let known: Place | null = null
  /** The batch after the one that is being applied, read while the destination was at work. */
  let ahead: { readonly from: Place; readonly batch: Promise<Batch> } | null = null
  let limit = FIRST_LIMIT
  let recordedAtMs = Number.NEGATIVE_INFINITY

  /** At the start and after a fault, for only then can the schema have become another. */
  async function open(): Promise<Place> {
    const problems = [...(await source.findDrift()), ...(await destination.findDrift())]
    if (problems.length > 0) throw schemaDriftError(problems)
    return readPlace()
  }

  const readPlace = async (): Promise<Place> => destination.applier.place(name, await source.feed.storeId())

  async function apply(step: Step, meanwhile?: () => void): Promise<Passed> {
    const applied = await destination.applier.apply(step, meanwhile)
    known = applied.outcome === 'applied' ? step.to : await readPlace()
    if (applied.outcome === 'superseded') return 'moved'
    recordedAtMs = performance.now()
    limit = nextLimit(limit, { tookMs: applied.tookMs, budgetMs })
    return step.changes.length > 0 ? applied : 'moved'
  }

  function readBatch(from: Place): Promise<Batch> {
    const read = ahead && isSamePlace(ahead.from, from) ? ahead.batch : readWhole(from)
    ahead = null
    return read
  }

  const readWhole = async (from: Place): Promise<Batch> =>
    withParents(await source.feed.readBatch(from, limit))

  function readAhead(from: Place): void {
    if (ahead) return
    const batch = readWhole(from)
    // Whoever asks for it hears of a failure, and reads again after it.
    batch.catch(() => undefined)
    ahead = { from, batch }
  }

  /** Brings along the parents that are not there yet, and theirs: a child need not wait for their turn in a backfill. */
  async function withParents(batch: Batch): Promise<Batch> {
    const rows = new Map(batch.rows)
    let fresh: Rows = rows
    for (;;) {
      const wanted = missingParents(entities, source.side, fresh).filter(
        ({ entity, key }) => !rows.get(entity)?.has(key),
      )
      if (wanted.length === 0) return { ...batch, rows }
      fresh = await source.feed.readRows(await destination.applier.absent(wanted))
      for (const [entity, some] of fresh) rows.set(entity, new Map([...(rows.get(entity) ?? []), ...some]))
    }
  }

  return {
    pass: async (isAsked) => {
      known ??= await open()
      const from = known
      const asked = limit
      const batch = await readBatch(from)
      const changes = toChanges(batch, mappings)
      const isDue = isAsked || performance.now() - recordedAtMs > RECORD_EVERY_MS[destination.side]
      const isWorthIt = changes.length > 0 || (isDue && !isSamePlace(from, batch.next))
      if (!isWorthIt) return 'idle'
      // Only where there is surely more: what is read later is newer.
      const isFull = batch.entries.length >= asked
      const meanwhile = isFull ? () => readAhead(batch.next) : undefined
      return apply({ source: name, from, to: batch.next, changes }, meanwhile)
    },
    forget: () => {
      known = null
      ahead = null
    },
    place: () => known,
    lag: async (most) => source.feed.lag(known ?? (await readPlace()), most),
  }
}
