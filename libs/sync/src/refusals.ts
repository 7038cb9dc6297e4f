/** How the triggers of both databases begin their refusals; Postgres has SQLSTATEs for them besides. */
export const UNMARKED = 'EMOTIBOT_UNMARKED'
export const TOMBSTONED = 'EMOTIBOT_TOMBSTONED'
export const UNMARKED_STATE = 'EB001'
export const TOMBSTONED_STATE = 'EB002'
