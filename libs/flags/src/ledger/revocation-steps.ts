import type { MigrationStep } from '@emotibot/db'

/** Told the highest seq so far, at commit, whenever sessions were revoked. */
export const REVOCATIONS_CHANNEL = 'emotibot_revocations'

/** The list of ended sessions, and how far each replica holds it. See `revocations.ts`. */
export const revocationSteps: readonly MigrationStep[] = [
  {
    name: 'revocations-1',
    sql: `
      create table revocations (
        seq bigint generated always as identity primary key,
        sid text not null unique,
        at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create index revocations_by_expiry on revocations (expires_at);

      -- Null until the replica holds the list: nobody waits for one that still reads it.
      alter table replicas
        add column revocations_seen bigint,
        add column revocations_at timestamptz;

      -- The lock is let go after the commit is visible, so whoever sees a seq can see every smaller one too: a reader
      -- may page by it. It is a lock of its own: a log out does not wait for a flip.
      create function revoke_sessions(ended text[], lifetime interval) returns bigint language plpgsql as $$
      declare reached bigint;
      begin
        perform pg_advisory_xact_lock(7263548003);
        insert into revocations (sid, expires_at)
          select distinct given, now() + lifetime from unnest(ended) as given
          on conflict (sid) do nothing;
        select coalesce(max(seq), 0) into reached from revocations where sid = any(ended);
        perform pg_notify('${REVOCATIONS_CHANNEL}', reached::text);
        return reached;
      end $$;
    `,
  },
]
