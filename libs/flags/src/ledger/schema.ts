import type { MigrationStep } from '@emotibot/db'
import { dataFlipsStep } from './data-flips-step.ts'
import { replayStep } from './replay-step.ts'
import { revocationSteps } from './revocation-steps.ts'

/** The ledger's own tables. A route without a row was never flipped. */
export const ledgerSteps: readonly MigrationStep[] = [
  {
    name: '001-ledger',
    sql: `
      create table ledger_state (
        only_row boolean primary key default true check (only_row),
        version integer not null,
        is_frozen boolean not null
      );
      insert into ledger_state (version, is_frozen) values (0, false);

      create table flips (
        id text primary key,
        version integer not null unique,
        kind text not null check (kind in ('flip', 'rollback')),
        by_whom text not null,
        why text,
        is_forced boolean not null,
        also_moves text[] not null,
        acknowledgements jsonb not null default '[]',
        at timestamptz not null default now()
      );

      create table flip_moves (
        flip text not null references flips (id),
        place integer not null,
        route text not null,
        from_stage text not null,
        from_share integer not null,
        to_stage text not null,
        to_share integer not null,
        epoch integer not null,
        primary key (flip, route),
        unique (route, epoch)
      );

      create table routes (
        key text primary key,
        stage text not null check (stage in ('monolith', 'shadow', 'canary', 'service', 'retired')),
        share integer not null check (share between 0 and 100),
        epoch integer not null,
        flip text not null references flips (id),
        changed_by text not null,
        changed_at timestamptz not null default now()
      );

      create table audit (
        id bigint generated always as identity primary key,
        at timestamptz not null default now(),
        by_whom text not null,
        action text not null check (action in ('flip', 'rollback', 'refused', 'freeze', 'unfreeze')),
        flip text references flips (id),
        summary text not null,
        why text
      );

      create table replicas (
        id text primary key,
        version integer not null,
        seen_at timestamptz not null default now()
      );

      -- Two versions of the code, or a person with psql, must not take an epoch back either.
      create function refuse_smaller_epoch() returns trigger language plpgsql as $$
      begin
        if new.epoch <= old.epoch then
          raise exception 'epoch of % only grows: % after %', old.key, new.epoch, old.epoch;
        end if;
        return new;
      end $$;
      create trigger epoch_grows before update on routes
        for each row execute function refuse_smaller_epoch();
    `,
  },
  dataFlipsStep,
  ...revocationSteps,
  replayStep,
]
