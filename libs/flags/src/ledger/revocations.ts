// The list of ended sessions (DESIGN §6.17), one for all replicas.
//
//   revokeSessions ─► seq ─► until countUnaware(seq) is 0 ─► the answer that ended them may be passed on
//   a replica:  markRevocationsSeen(what it holds) ─► readRevocations(after that) ─► hold them ─► again while there are any
//
// A replica may call its list current from the moment BEFORE it sent `markRevocationsSeen`, once that has committed
// AND a read sent after it is held. Then, of any revocation R and any such round of replica F:
//
//   F's mark committed after R's writer counted  → F's read is later still, so it returned R: F holds R
//   F's mark was there when the writer counted   → the writer waits for F to hold R, or to be unseen for REVOCATIONS_LIVE_MS
//
// In the second case F stops calling its list current REVOCATION_LEASE_MS after it sent the mark by its own clock;
// the mark's time is the database's, taken later than that. The lease is shorter than the time after which nobody
// waits for F, so when R is answered F either holds it or knows that it does not know. Clocks need not agree, only run
// at about one speed (their rates may differ by LIVE : LEASE).
import { SESSION_LIFETIME_SECONDS } from '@emotibot/contracts'
import type { Sql } from '@emotibot/db'

/** A replica may call its list current for this long after it last asked. */
export const REVOCATION_LEASE_MS = 2_500
/** A replica that has not marked what it holds for this long is not waited for. More than the lease, by far. */
export const REVOCATIONS_LIVE_MS = 4_000

export type Revocation = { readonly seq: number; readonly sid: string; readonly expiresAtMs: number }

/** Durably lists sessions as ended, and tells every replica. Answers the seq up to which a replica must hold the list. */
export async function revokeSessions(sql: Sql, sids: readonly string[]): Promise<number> {
  const [row] = await sql<{ seq: number }[]>`
    select revoke_sessions(${[...sids]}, ${SESSION_LIFETIME_SECONDS} * interval '1 second')::float8 as seq`
  return row?.seq ?? 0
}

/** Sessions listed after a seq that are not past every token's time, oldest first. */
export async function readRevocations(
  sql: Sql,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Revocation[]> {
  const rows = await sql<Revocation[]>`
    select seq::float8 as seq, sid, floor(extract(epoch from expires_at) * 1000)::float8 as "expiresAtMs"
    from revocations where seq > ${after} and expires_at > now() order by seq limit ${limit}`
  return [...rows]
}

/** Whether the list has this entry at this place: a reader notices a list that is not the one it has read (a restored database). */
export async function hasRevocation(
  sql: Sql,
  { seq, sid }: Pick<Revocation, 'seq' | 'sid'>,
): Promise<boolean> {
  const found = await sql`select from revocations where seq = ${seq} and sid = ${sid}`
  return found.count > 0
}

/** Says how far a replica holds the list, now. False when the replica is not known yet (see `acknowledge`). */
export async function markRevocationsSeen(sql: Sql, replica: string, seq: number): Promise<boolean> {
  const marked = await sql`
    update replicas set revocations_seen = ${seq}, revocations_at = now() where id = ${replica}`
  return marked.count > 0
}

/** How many live replicas, other than the one that asks, do not hold the list up to a seq. */
export async function countUnaware(sql: Sql, replica: string, seq: number): Promise<number> {
  const [row] = await sql<{ unaware: number }[]>`
    select count(*)::int as unaware from replicas
    where id <> ${replica} and revocations_seen < ${seq}
      and revocations_at > now() - ${REVOCATIONS_LIVE_MS} * interval '1 millisecond'`
  return row?.unaware ?? 0
}

/** Forgets sessions whose every token is past its time. */
export async function forgetOldRevocations(sql: Sql): Promise<void> {
  await sql`delete from revocations where expires_at < now()`
}
