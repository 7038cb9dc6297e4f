import { describe, expect, it } from 'vitest'
import { settle } from './test/settle.ts'
import { createTwoSides } from './test/two-sides.ts'

const ANNA = `insert into people values ('p1', 'Anna', 'anna', 's1', 'left-handed');`

describe('from the monolith to the service', () => {
  it('applies rows that were made, changed and deleted', async () => {
    const sides = await createTwoSides()
    sides.writeMonolith('anna', `${ANNA} insert into tickets values ('t1', 'p1', 3)`)
    sides.writeMonolith('anna', `insert into notes values ('n1', 'p1', 'why?', 'because')`)
    await settle(sides, 'monolith')
    expect(await sides.sql`select name_key, legacy_secret from persons`).toEqual([
      { name_key: 'anna', legacy_secret: 's1' },
    ])
    expect(
      await sides.sql`select q.text as question, a.text as answer from questions q join answers a on true`,
    ).toEqual([{ question: 'why?', answer: 'because' }])
    sides.writeMonolith('anna', `update notes set answer = null; delete from tickets`)
    await settle(sides, 'monolith')
    expect(await sides.sql`select id from tickets`).toEqual([])
    expect(await sides.sql`select text from answers`).toEqual([])
  })
})
