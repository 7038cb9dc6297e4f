import type { Inbox } from '@emotibot/messaging'
import type { Store } from '@emotibot/service-store'
import { departuresPlace } from '../schema.ts'
import type { Place, Standing } from './places.ts'

export type StandingDeps = { readonly store: Store; readonly inbox: Pick<Inbox, 'standing'> }

/** Whose events the readings are made from. */
const SOURCE = 'conversation'

/** Each of its parts only grows, so it does not matter that they are not read at one moment. */
export async function readStanding({ store, inbox }: StandingDeps): Promise<Standing> {
  const [{ own, places: pumped }, [departures], projection] = await Promise.all([
    store.places(),
    store.read((db) => db.select().from(departuresPlace)),
    store.read(() => inbox.standing(SOURCE)),
  ])
  return {
    own,
    pumped,
    departures: departures?.place ?? null,
    projected: (projection?.places ?? []) as readonly Place[],
  }
}
