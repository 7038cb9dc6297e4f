import type { Store, WriteRoute } from '@emotibot/service-store'
import { noSuchTurnError } from '../errors.ts'
import type { AskForTurn } from '../feedback/ask-for-turn.ts'
import { findTurnHere } from '../feedback/find-turn.ts'
import { keepFeedback } from '../feedback/keep-feedback.ts'

export type FeedbackDeps = {
  readonly store: Store
  readonly write: WriteRoute
  readonly askForTurn: AskForTurn
  readonly now: () => number
}

/** Keeps what the user says a turn of theirs was. A turn too new to be heard of here is asked for where it is. */
export function feedbackRoute({ store, write, askForTurn, now }: FeedbackDeps) {
  return write('emotion.feedback', {
    async prepare(call) {
      const { identity, body } = call
      const here = await store.read((db) => findTurnHere(db, body.turn_id, identity.claims.sub))
      const isThere = here === 'unknown' ? await askForTurn(call) : here === 'theirs'
      if (!isThere) throw noSuchTurnError()
    },
    async commit(tx, _prepared, { identity, body: { turn_id: turnId, emotion } }) {
      // It may have been deleted meanwhile.
      if ((await findTurnHere(tx, turnId, identity.claims.sub)) === 'gone') throw noSuchTurnError()
      const kept = await keepFeedback(tx, identity, { turnId, emotion, nowMs: now() })
      return { status: 201, body: { feedback: kept } }
    },
  })
}
