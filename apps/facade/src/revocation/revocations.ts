/** What is known here of a session. `unknown`: the list of ended sessions may be out of date, so the stores must be asked. */
export type Judgement = 'live' | 'revoked' | 'unknown'

/** The sessions that have ended, as every live facade knows them. */
export type Revocations = {
  /** Costs no I/O. Ask for every request with a token whose claims have a `sid`, and again after any long wait. */
  judge(sid: string): Judgement
  /**
   * For `unknown`: asks the stores. Rejects with an UnjudgedError (503) when the one that owns the session does not
   * answer; `token` is what the request carries, still unverified.
   */
  check(token: string): Promise<'live' | 'revoked'>
  /**
   * Resolves once the sessions are durably revoked and every live facade holds that. Rejects when that cannot be
   * shown in a bounded time: then the answer that ended them must not be passed on (503). Nothing is taken back.
   */
  revoke(sids: readonly string[]): Promise<void>
  /** Calls back for sessions newly known to have ended, by whichever facade. Answers how to stop that. */
  onRevoked(listener: (sids: readonly string[]) => void): () => void
}
