import type { MigrationStep } from '@emotibot/db'

/** Flips that move data take time: they have states, hold requests while they run, and may be abandoned. */
export const dataFlipsStep: MigrationStep = {
  name: '002-flips-that-move-data',
  sql: `
    alter table flips
      add column state text not null default 'done'
        check (state in ('ordered', 'held', 'done', 'abandoned')),
      add column reason text,
      add column abort_reason text,
      add column kept text[] not null default '{}',
      add column held_at timestamptz,
      add column held_version integer,
      add column ended_at timestamptz,
      add column ended_version integer,
      add constraint flips_id_state unique (id, state);
    create unique index one_open_flip on flips ((true)) where state in ('ordered', 'held');

    -- The epoch is known when the stores have moved; what the move was planned on is known before.
    alter table flip_moves alter column epoch drop not null;
    alter table flip_moves add column planned_epoch integer;
    alter table routes add column kept text[] not null default '{}';

    -- By its key a hold belongs to a flip in state held: none outlives that state.
    create table holds (
      flip text not null,
      state text not null default 'held' check (state = 'held'),
      place integer not null,
      routes text[] not null,
      low integer not null check (low between 0 and 100),
      high integer not null check (high between low and 100),
      budget_ms integer not null check (budget_ms > 0),
      primary key (flip, place),
      foreign key (flip, state) references flips (id, state)
    );

    create table flip_waits (
      flip text not null references flips (id),
      replica text not null,
      count integer not null,
      worst_ms double precision not null,
      failed integer not null,
      primary key (flip, replica)
    );

    alter table audit drop constraint audit_action_check;
    alter table audit add constraint audit_action_check
      check (action in ('flip', 'rollback', 'refused', 'freeze', 'unfreeze', 'ordered', 'abandoned',
        'abort', 'backfill', 'repair', 'settle'));

    -- What has ended stays ended, and nothing that was held is merely ordered again.
    create function refuse_state_backwards() returns trigger language plpgsql as $$
    begin
      if old.state in ('done', 'abandoned') or new.state = 'ordered' then
        raise exception 'flip % is %, and cannot become % again', old.id, old.state, new.state;
      end if;
      return new;
    end $$;
    create trigger state_goes_on before update on flips
      for each row when (old.state is distinct from new.state) execute function refuse_state_backwards();

    -- Which partitions stayed behind may change without a move of the route.
    create or replace function refuse_smaller_epoch() returns trigger language plpgsql as $$
    begin
      if new.epoch < old.epoch
        or (new.epoch = old.epoch and (new.stage, new.share) is distinct from (old.stage, old.share)) then
        raise exception 'epoch of % only grows: % after %', old.key, new.epoch, old.epoch;
      end if;
      return new;
    end $$;
  `,
}
