import type { VerifyStatus } from '@emotibot/contracts'
import { type Difference, repair, type Sides, type VerifyReport, verify } from '@emotibot/sync'
import type { MoverEvents } from './events.ts'
import type { Movement } from './movement.ts'

/** The comparison of a domain's two stores, in the background: one at a time, and the last one's report. */
export type Comparison = {
  /** False, and nothing is begun, while another runs. */
  start(movement: Movement, shouldRepair: boolean): boolean
  /** Null before the first. */
  status(): VerifyStatus | null
}

const SHOWN = 20

export function createComparison(domain: string, events: MoverEvents): Comparison {
  let status: VerifyStatus | null = null

  async function run(movement: Movement, shouldRepair: boolean): Promise<Partial<VerifyStatus>> {
    const sides: Sides = { ...movement.sides, entities: movement.entities }
    const report = await verify(sides, {
      wake: movement.wake,
      onProgress: (_entity, compared) => note({ compared }),
    })
    note(summaryOf(report))
    if (!shouldRepair) return { state: 'done' }
    const orphans = await repair(sides, report.differences)
    return { state: 'done', repaired: report.differences.length - orphans.length }
  }

  function note(news: Partial<VerifyStatus>): void {
    if (status) status = { ...status, ...news }
  }

  return {
    status: () => status,
    start: (movement, shouldRepair) => {
      if (status?.state === 'running') return false
      status = { ...BEGUN, started_at: new Date().toISOString() }
      run(movement, shouldRepair)
        .catch((error: unknown): Partial<VerifyStatus> => ({ state: 'failed', reason: reasonOf(error) }))
        .then((news) => {
          note({ ...news, ended_at: new Date().toISOString() })
          if (status) events.compared(domain, status)
        })
      return true
    },
  }
}

const BEGUN: VerifyStatus = {
  state: 'running',
  reason: null,
  compared: 0,
  differences: [],
  difference_count: 0,
  repaired: 0,
  unsettled: 0,
  started_at: '',
  ended_at: null,
}

function summaryOf({ compared, differences, unsettled }: VerifyReport): Partial<VerifyStatus> {
  return {
    compared,
    differences: differences.slice(0, SHOWN).map(shownOf),
    difference_count: differences.length,
    unsettled: unsettled.length,
  }
}

const shownOf = ({ entity, key, kind, isSetAside }: Difference) => ({
  entity,
  key,
  kind,
  is_set_aside: isSetAside,
})

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
