// Small made-up entities that have every shape a mapping can have.
import type { AnyEntity, Entity } from '../entity.ts'
import { deleteRows, upsertRows } from '../postgres/statement.ts'
import { deleteRow, upsertRow } from '../sqlite/row-writer.ts'
import { MONOLITH_TABLES } from './monolith-schema.ts'
import { SERVICE_TABLES } from './service-schema.ts'

type LegacyPerson = { id: string; name: string; name_key: string; secret: string; quirk: string | null }
type ServicePerson = {
  id: string
  name: string
  name_key: string
  legacy_secret: string
  strong_secret: string | null
}

const byId = (keys: readonly string[]) => keys.map((id) => ({ id }))

/** One row each. The service cannot hold a quirk; the monolith cannot hold a strong secret, which its own new secret voids. */
const person: Entity<LegacyPerson, ServicePerson> = {
  name: 'person',
  group: 'auth',
  monolith: {
    tables: [MONOLITH_TABLES.people],
    read: (db, keys) => {
      const rows = db
        .prepare<[string], LegacyPerson>(
          'select id, name, name_key, secret, quirk from people where id in (select value from json_each(?))',
        )
        .all(JSON.stringify(keys))
      return new Map(rows.map((row) => [row.id, row]))
    },
    write: (db, key, row) => {
      if (row) upsertRow(MONOLITH_TABLES.people, db, row)
      else deleteRow(MONOLITH_TABLES.people, db, { id: key })
    },
  },
  service: {
    tables: [SERVICE_TABLES.persons],
    read: async (sql, keys) => {
      const rows = await sql<ServicePerson[]>`
        select id, name, name_key, legacy_secret, strong_secret from persons where id = any(${[...keys]})`
      return new Map(rows.map((row) => [row.id, { ...row }]))
    },
    write: (rows) => upsertRows(SERVICE_TABLES.persons, rows),
    remove: (keys) => deleteRows(SERVICE_TABLES.persons, byId(keys)),
  },
  forward: (row, current) => {
    if (row.secret === 'unmappable') throw new Error('this secret cannot be mapped')
    return {
      id: row.id,
      name: row.name,
      name_key: row.name_key,
      legacy_secret: row.secret,
      strong_secret: current?.legacy_secret === row.secret ? current.strong_secret : null,
    }
  },
  back: (row, current) => ({
    id: row.id,
    name: row.name,
    name_key: row.name_key,
    secret: row.legacy_secret,
    quirk: current?.quirk ?? null,
  }),
  partitionOf: { monolith: (row) => row.name_key, service: (row) => row.name_key },
  namesOf: ({ name }) => ({ name }),
}

type Ticket = { id: string; person_id: string; seat: number; name_key: string }

/** Goes with its person by cascade. */
const ticket: Entity<Ticket, Ticket> = {
  name: 'ticket',
  group: 'auth',
  monolith: {
    tables: [MONOLITH_TABLES.tickets],
    read: (db, keys) => {
      const rows = db
        .prepare<[string], Ticket>(
          `select t.id, person_id, seat, name_key from tickets t join people p on p.id = person_id
           where t.id in (select value from json_each(?))`,
        )
        .all(JSON.stringify(keys))
      return new Map(rows.map((row) => [row.id, row]))
    },
    write: (db, key, row) => {
      if (row) upsertRow(MONOLITH_TABLES.tickets, db, row)
      else deleteRow(MONOLITH_TABLES.tickets, db, { id: key })
    },
  },
  service: {
    tables: [SERVICE_TABLES.tickets],
    read: async (sql, keys) => {
      const rows = await sql<Ticket[]>`
        select t.id, person_id, seat, name_key from tickets t join persons p on p.id = person_id
        where t.id = any(${[...keys]})`
      return new Map(rows.map((row) => [row.id, { ...row }]))
    },
    write: (rows) => upsertRows(SERVICE_TABLES.tickets, rows),
    remove: (keys) => deleteRows(SERVICE_TABLES.tickets, byId(keys)),
  },
  forward: (row) => row,
  back: (row) => row,
  partitionOf: { monolith: (row) => row.name_key, service: (row) => row.name_key },
  parentsOf: {
    monolith: (row) => [{ entity: 'person', key: row.person_id }],
    service: (row) => [{ entity: 'person', key: row.person_id }],
  },
}

type Note = { id: string; person_id: string; question: string; answer: string | null; name_key: string }

/** One row there, two rows here. */
const note: Entity<Note, Note> = {
  name: 'note',
  group: 'auth',
  monolith: {
    tables: [MONOLITH_TABLES.notes],
    read: (db, keys) => {
      const rows = db
        .prepare<[string], Note>(
          `select n.id, person_id, question, answer, name_key from notes n join people p on p.id = person_id
           where n.id in (select value from json_each(?))`,
        )
        .all(JSON.stringify(keys))
      return new Map(rows.map((row) => [row.id, row]))
    },
    write: (db, key, row) => {
      if (row) upsertRow(MONOLITH_TABLES.notes, db, row)
      else deleteRow(MONOLITH_TABLES.notes, db, { id: key })
    },
  },
  service: {
    tables: [SERVICE_TABLES.questions, SERVICE_TABLES.answers],
    read: async (sql, keys) => {
      const rows = await sql<Note[]>`
        select q.id, person_id, q.text as question, a.text as answer, name_key
        from questions q join persons p on p.id = person_id left join answers a on a.question_id = q.id
        where q.id = any(${[...keys]})`
      return new Map(rows.map((row) => [row.id, { ...row }]))
    },
    write: (rows) => {
      const answered = rows.filter(({ answer }) => answer !== null)
      const open = rows.filter(({ answer }) => answer === null)
      return [
        ...upsertRows(
          SERVICE_TABLES.questions,
          rows.map(({ question: text, ...row }) => ({ ...row, text })),
        ),
        ...deleteRows(
          SERVICE_TABLES.answers,
          open.map(({ id }) => ({ question_id: id })),
        ),
        ...upsertRows(
          SERVICE_TABLES.answers,
          answered.map(({ id, answer }) => ({ question_id: id, text: answer })),
        ),
      ]
    },
    remove: (keys) => deleteRows(SERVICE_TABLES.questions, byId(keys)),
  },
  forward: (row) => row,
  back: (row) => row,
  partitionOf: { monolith: (row) => row.name_key, service: (row) => row.name_key },
  parentsOf: {
    monolith: (row) => [{ entity: 'person', key: row.person_id }],
    service: (row) => [{ entity: 'person', key: row.person_id }],
  },
}

export const testEntities: readonly AnyEntity[] = [person, ticket, note]
