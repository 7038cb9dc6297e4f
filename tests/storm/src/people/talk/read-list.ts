import type { Account, Session } from '../../journal/account.ts'
import { mustNotShow, mustShow } from '../../journal/talk.ts'
import type { Device } from '../device.ts'
import { listAt, textAt } from '../door.ts'
import type { Life } from '../life.ts'
import { expectSeen, type Fault, isMissing, isRevived } from './expect-seen.ts'

/** The conversations as this device sees them: all that it opened, as it called them, and none that it deleted. */
export async function listTalks(life: Life, session: Session): Promise<void> {
  const { device } = session
  await expectSeen(life, session, {
    route: 'conversation.list',
    asked: { device, query: { limit: '100' } },
    findFault: ({ json }) => findFault(life.account, device, listAt(json, 'conversations')),
  })
}

function findFault({ talks }: Account, device: Device, shown: readonly unknown[]): Fault | null {
  const titleOf = new Map(shown.map((talk) => [textAt(talk, 'id'), textAt(talk, 'title')]))
  if (titleOf.size < shown.length) return { kind: 'doubled', what: 'a conversation is listed twice' }
  for (const talk of talks) {
    const title = titleOf.get(talk.id)
    const what = `conversation ${talk.id} "${talk.titles}"`
    if (mustShow(talk, device) && title === undefined) return isMissing(`${what} is not listed`)
    if (mustNotShow(talk, device) && title !== undefined) return isRevived(`${what} is listed again`)
    const isNamer = talk.state === 'present' && talk.namer === device
    if (isNamer && title !== undefined && !talk.titles.includes(title))
      return isMissing(`${what} is called ${title}`)
  }
  return null
}
