import type { MigrationStep } from '@emotibot/db'

/** Whoever has dead letters taken in once more is named, as for everything that is done. */
export const replayStep: MigrationStep = {
  name: '006-replays',
  sql: `
    alter table audit drop constraint audit_action_check;
    alter table audit add constraint audit_action_check
      check (action in ('flip', 'rollback', 'refused', 'freeze', 'unfreeze', 'ordered', 'abandoned',
        'abort', 'backfill', 'repair', 'settle', 'replay'));
  `,
}
