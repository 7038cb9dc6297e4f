import { OWNS_ALL, OWNS_NONE, type Rule } from '../rule.ts'
import type { TwoSides } from './two-sides.ts'

/** A partition, or everybody, changes sides as a flip does it: give up, then open, both at the next epoch. */
export async function giveToService(sides: TwoSides, partition: string | 'everybody'): Promise<void> {
  const { epoch } = await sides.monolith.authority.read('auth')
  const [left, taken]: [Rule, Rule] =
    partition === 'everybody'
      ? [OWNS_NONE, OWNS_ALL]
      : [
          { ...OWNS_ALL, deny: [partition] },
          { ...OWNS_NONE, allow: [partition] },
        ]
  const next = { fromEpoch: epoch, epoch: epoch + 1 }
  const options = { lockWithinMs: 2_000 }
  await sides.monolith.authority.fence([{ group: 'auth', kind: 'giveUp', ...next, rule: left }], options)
  await sides.service.authority.fence([{ group: 'auth', kind: 'open', ...next, rule: taken }], options)
}
