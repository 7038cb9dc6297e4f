// Random writes of both sides, each kept in a model of what must be there at the end.
import { StaleEpochError } from '../errors.ts'
import type { TwoSides } from './two-sides.ts'

/** Repeatable: the same seed, the same numbers (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

type Write = { readonly monolith: string; readonly service: string; readonly apply: (owner: Owned) => void }

/** What one partition's rows must be. */
export type Owned = {
  person: { id: string; secret: string } | null
  tickets: Map<string, number>
  notes: Map<string, string | null>
}

export type Workload = {
  readonly model: ReadonlyMap<string, Owned>
  /** One acknowledged write of a random partition, on whichever side takes it. False: neither did just now. */
  writeOnce(): Promise<boolean>
}

export type WorkloadOptions = {
  readonly random: (below: number) => number
  readonly partitions: number
  /** Begins its partitions' names: of writers at one time, each has its own. */
  readonly prefix: string
}

export function createWorkload(sides: TwoSides, { random, partitions, prefix }: WorkloadOptions): Workload {
  const model = new Map<string, Owned>()
  let count = 0

  async function perform(partition: string, write: Write, first: 'monolith' | 'service'): Promise<boolean> {
    for (const side of [first, first === 'monolith' ? 'service' : 'monolith']) {
      try {
        if (side === 'monolith') sides.writeMonolith(partition, write.monolith)
        else await sides.writeService(partition, (tx) => tx.unsafe(write.service))
        return true
      } catch (error) {
        if (!(error instanceof StaleEpochError)) throw error
      }
    }
    return false
  }

  return {
    model,
    writeOnce: async () => {
      const partition = `${prefix} ${random(partitions)}`
      const owned = model.get(partition) ?? { person: null, tickets: new Map(), notes: new Map() }
      model.set(partition, owned)
      count += 1
      const write = chooseWrite({ partition, owned, random, id: `${partition}-${count}` })
      const isWritten = await perform(partition, write, random(2) ? 'monolith' : 'service')
      if (isWritten) write.apply(owned)
      return isWritten
    },
  }
}

type Choice = {
  readonly partition: string
  readonly owned: Owned
  readonly random: (below: number) => number
  readonly id: string
}

function chooseWrite({ partition, owned, random, id }: Choice): Write {
  const { person } = owned
  if (!person) return addPerson(partition, id)
  const [ticket] = owned.tickets.keys()
  const [note] = owned.notes.keys()
  const kind = random(12)
  if (kind === 0) return deletePerson(person.id)
  if (kind < 4) return addTicket(person.id, id, 20 + random(100))
  if (kind < 6) return addNote(person.id, id, random(2) ? `answer ${id}` : null)
  if (kind === 6 && ticket) return deleteTicket(ticket)
  if (kind < 9 && note) return answerNote(note, random(3) ? `answer ${id}` : null)
  return changeSecret(person.id, id)
}

const quoted = (text: string | null): string => (text === null ? 'null' : `'${text}'`)

const addPerson = (partition: string, id: string): Write => ({
  monolith: `insert into people values ('${id}', '${partition}', '${partition}', '${id}', null)`,
  service: `insert into persons values ('${id}', '${partition}', '${partition}', '${id}', null)`,
  apply: (owned) => {
    owned.person = { id, secret: id }
  },
})

const deletePerson = (id: string): Write => ({
  monolith: `delete from people where id = '${id}'`,
  service: `delete from persons where id = '${id}'`,
  apply: (owned) => {
    owned.person = null
    owned.tickets.clear()
    owned.notes.clear()
  },
})

const changeSecret = (person: string, secret: string): Write => ({
  monolith: `update people set secret = '${secret}' where id = '${person}'`,
  service: `update persons set legacy_secret = '${secret}', strong_secret = 'strong ${secret}' where id = '${person}'`,
  apply: (owned) => {
    owned.person = { id: person, secret }
  },
})

const addTicket = (person: string, id: string, seat: number): Write => ({
  monolith: `insert into tickets values ('${id}', '${person}', ${seat})`,
  service: `insert into tickets values ('${id}', '${person}', ${seat})`,
  apply: (owned) => void owned.tickets.set(id, seat),
})

const deleteTicket = (id: string): Write => ({
  monolith: `delete from tickets where id = '${id}'`,
  service: `delete from tickets where id = '${id}'`,
  apply: (owned) => void owned.tickets.delete(id),
})

const addNote = (person: string, id: string, answer: string | null): Write => ({
  monolith: `insert into notes values ('${id}', '${person}', 'question ${id}', ${quoted(answer)})`,
  service: `insert into questions values ('${id}', '${person}', 'question ${id}');${
    answer === null ? '' : ` insert into answers values ('${id}', ${quoted(answer)})`
  }`,
  apply: (owned) => void owned.notes.set(id, answer),
})

const answerNote = (id: string, answer: string | null): Write => ({
  monolith: `update notes set answer = ${quoted(answer)} where id = '${id}'`,
  service: `delete from answers where question_id = '${id}';${
    answer === null ? '' : ` insert into answers values ('${id}', ${quoted(answer)})`
  }`,
  apply: (owned) => void owned.notes.set(id, answer),
})

/** What the monolith's file holds, in the model's form; at the end both stores are equal, so one tells for both. */
export function readHeld(sides: TwoSides): Map<string, Owned> {
  const held = new Map<string, Owned>()
  const people = sides.db
    .prepare<[], { id: string; name: string; secret: string }>('select * from people')
    .all()
  for (const { id, name, secret } of people) {
    const tickets = sides.db.prepare<[string], [string, number]>(
      'select id, seat from tickets where person_id = ?',
    )
    const notes = sides.db.prepare<[string], [string, string | null]>(
      'select id, answer from notes where person_id = ?',
    )
    held.set(name, {
      person: { id, secret },
      tickets: new Map(tickets.raw().all(id)),
      notes: new Map(notes.raw().all(id)),
    })
  }
  return held
}

/** The model without those who were deleted or never made. */
export function livingOf(model: ReadonlyMap<string, Owned>): Map<string, Owned> {
  return new Map([...model].filter(([, { person }]) => person !== null))
}
