import { bucketOf, type Side, STAGES, type Stage } from '@emotibot/contracts'
import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import { createSnapshot, EMPTY_SNAPSHOT, INITIAL_FLAG, shareOf } from './snapshot.ts'

const route = { key: 'emotion.analyze' }

function snapshotAt(stage: Stage, canaryShare = 50, kept: readonly string[] = []) {
  const flag = { ...INITIAL_FLAG, stage, share: shareOf(stage, canaryShare), kept }
  return createSnapshot({ version: 1, isFrozen: false, routes: { [route.key]: flag }, holds: [] })
}

const partitionOfBucket = (wanted: number): string => {
  for (let n = 0; ; n++) if (bucketOf(`user${n}`) === wanted) return `user${n}`
}

describe('the decision', () => {
  /** A stage that is missing here does not compile. */
  const table: Readonly<Record<Stage, { bucket0: Side; bucket49: Side; bucket50: Side; bucket99: Side }>> = {
    monolith: { bucket0: 'monolith', bucket49: 'monolith', bucket50: 'monolith', bucket99: 'monolith' },
    shadow: { bucket0: 'monolith', bucket49: 'monolith', bucket50: 'monolith', bucket99: 'monolith' },
    canary: { bucket0: 'service', bucket49: 'service', bucket50: 'monolith', bucket99: 'monolith' },
    service: { bucket0: 'service', bucket49: 'service', bucket50: 'service', bucket99: 'service' },
    retired: { bucket0: 'service', bucket49: 'service', bucket50: 'service', bucket99: 'service' },
  }

  it.each(STAGES)('follows the truth table at %s with a share of 50', (stage) => {
    const sides = Object.keys(table[stage]).map((column) => {
      const partition = partitionOfBucket(Number(column.replace('bucket', '')))
      return [column, decide(route, snapshotAt(stage), { partition }).side]
    })
    expect(Object.fromEntries(sides)).toEqual(table[stage])
  })

  it.each(['monolith', 'shadow', 'canary'] as const)(
    'sends whom a roll back left behind to the service at %s',
    (stage) => {
      const behind = partitionOfBucket(80)
      const snapshot = snapshotAt(stage, 50, [behind])
      expect(decide(route, snapshot, { partition: behind })).toMatchObject({
        side: 'service',
        reason: expect.stringContaining('set aside'),
      })
      expect(decide(route, snapshot, { partition: partitionOfBucket(90) }).side).toBe('monolith')
    },
  )

  it('sends a route that the snapshot does not know to the monolith, saying so', () => {
    const decision = decide(route, EMPTY_SNAPSHOT, { partition: 'alice' })
    expect(decision).toMatchObject({ side: 'monolith', errorCode: 'FLAG_NOT_FOUND' })
  })

  it('does not ask for the partition where no share is judged', () => {
    const subject = {
      get partition(): string {
        throw new Error('asked')
      },
    }
    for (const stage of STAGES.filter((each) => each !== 'canary'))
      expect(decide(route, snapshotAt(stage), subject).errorCode).toBeNull()
  })

  it('never throws: a partition that cannot be read is answered by the monolith', () => {
    const subject = {
      get partition(): string {
        throw new Error('unreadable')
      },
    }
    expect(decide(route, snapshotAt('canary'), subject)).toMatchObject({
      side: 'monolith',
      errorCode: 'GENERAL',
    })
  })
})
