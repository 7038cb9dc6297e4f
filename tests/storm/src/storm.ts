// Everything at once: people, races, tries of ended sessions, an operator who flips, and the weather. Then the count.
import { setTimeout as delay } from 'node:timers/promises'
import { checkDoor } from './check/check-door.ts'
import { checkStores } from './check/check-stores.ts'
import { checkTalks } from './check/check-talks.ts'
import { findDisagreements, readReadings } from './check/readings.ts'
import { readAuth, readMonolith } from './check/rows.ts'
import { operate } from './ground/operate.ts'
import { readFlips } from './ground/read-flips.ts'
import { findLeftovers, flipOnceMore, settle } from './ground/settle.ts'
import type { Ground } from './ground/start-ground.ts'
import { createSupervisor } from './ground/supervisor.ts'
import { createWeather } from './ground/weather.ts'
import { readSides, workOff } from './ground/work-off.ts'
import { createJournal, type Journal } from './journal/journal.ts'
import type { StormOptions } from './options.ts'
import { createDoor, openReplicas } from './people/door.ts'
import { livePerson, type Person } from './people/person.ts'
import { probeEndedSessions } from './people/probe.ts'
import { holdRaces, type Race } from './people/race.ts'
import { planFaults } from './plan/plan-faults.ts'
import { planFlips } from './plan/plan-flips.ts'
import { createRandom } from './plan/random.ts'
import { reportOf } from './report.ts'

export type Stormed = StormOptions & {
  /** Over as soon as this says so, however fast the machine is. */
  readonly isEnough?: (journal: Journal) => boolean
  /** False: flips only. */
  readonly hasFaults?: boolean
  /** False: everything stays where it is. */
  readonly hasFlips?: boolean
  /** Where people go instead of the facades: something that stands before them. */
  readonly doors?: readonly string[]
  /** Done when all is quiet, before anything is counted. */
  readonly beforeCheck?: () => Promise<void> | void
  /** How long something may be late before it is called lost. */
  readonly lateMs?: number
  /** Told every few seconds how it goes, in a line. */
  readonly onProgress?: (line: string) => void
}

export async function storm(ground: Ground, options: Stormed) {
  const { seconds, seed, people, hasFaults = true, hasFlips = true, doors, isEnough } = options
  const { stack, parts } = ground
  const random = createRandom(seed)
  const journal = createJournal(options.lateMs)
  const weather = createWeather()
  const replicas = openReplicas(doors ?? stack.facades.map(({ url }) => url))
  const supervisor = createSupervisor({
    parts,
    weather,
    onDeath: (target, lastWords) =>
      journal.violate('unexpected', null, `${target} ended by itself: ${lastWords}`),
    onNews: journal.tell,
  })
  const endsAtMs = performance.now() + seconds * 1_000
  const isOver = () => performance.now() >= endsAtMs || isEnough?.(journal) === true
  const races: Race[] = []

  function person(name: string): Person {
    const own = random.fork(name)
    const onUnknown = (route: string, why: string, askedAtMs: number) => {
      if (weather.wasCalmSince(askedAtMs)) journal.violate('failed_without_fault', null, `${route}: ${why}`)
    }
    return { name, random: own, journal, isOver, ask: createDoor({ replicas, random: own, onUnknown }) }
  }

  const faults = hasFaults ? planFaults(random.fork('faults'), seconds) : []
  const living = Array.from({ length: people }, (_, at) => livePerson(person(`p${at}s${seed}`)))
  const flips = hasFlips ? planFlips(random.fork('flips'), seconds) : []
  const operating = operate({ facades: stack.facades, flips, isOver, onNews: journal.tell })
  const watching = supervisor.watch(isOver)
  const rest = [holdRaces(person(`r1s${seed}`), races), probeEndedSessions(person('x1'))]
  const breaking = supervisor.carryOutAll(faults, isOver)
  const telling = tell(journal, { isOver, onProgress: options.onProgress ?? (() => undefined) })
  const [told] = await Promise.all([operating, watching, breaking, telling, ...living, ...rest])

  await settle(ground)
  if (hasFlips) {
    await flipOnceMore(ground, random.fork('last'), told)
    await settle(ground)
  }
  await workOff(ground, journal)
  for (const leftover of await findLeftovers(ground)) journal.violate('unexpected', null, leftover)
  await options.beforeCheck?.()
  await checkAll(ground, { journal, races, person: person('last') })
  for (const { sender } of replicas) sender.close()
  return reportOf({ journal, told, supervisor, options, flips: await readFlips(stack.facade.ledgerUrl) })
}

type ToCheck = { readonly journal: Journal; readonly races: readonly Race[]; readonly person: Person }

async function checkAll(ground: Ground, { journal, races, person }: ToCheck): Promise<void> {
  const { monolith, auth, emotion } = ground.stack
  const stores = [readMonolith(monolith.file), await readAuth(auth.databaseUrl)]
  await checkStores({ journal, races, stores })
  const sides = await readSides(ground)
  checkTalks(journal, sides.monolith)
  checkTalks(journal, sides.service)
  const readings = await readReadings(emotion.databaseUrl)
  for (const what of findDisagreements(readings, sides.service.turns)) journal.violate('missing', null, what)
  await checkDoor({ ...person, journal })
}

const TOLD_EVERY_MS = 1_000

type Telling = { readonly isOver: () => boolean; readonly onProgress: (line: string) => void }

async function tell(journal: Journal, { isOver, onProgress }: Telling): Promise<void> {
  while (!isOver()) {
    await delay(TOLD_EVERY_MS)
    const found = Object.values(journal.counts).reduce((sum, count) => sum + count, 0)
    onProgress(
      `${Math.round(journal.nowMs() / 1_000)} s: ${journal.ackedInAll()} acknowledged, ${found} violations`,
    )
  }
}
