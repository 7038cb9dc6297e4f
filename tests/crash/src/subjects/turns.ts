import { DatabaseSync } from 'node:sqlite'
import type { Sql } from '@emotibot/db'

/** What an answer said of a turn. `maybe`: the answer that would say did not come. */
export type Said = {
  readonly text: string
  readonly talk: string
  state: 'present' | 'gone' | 'maybe'
  id: string
}

export type HeldTurn = { readonly id: string; readonly talk: string; readonly text: string }

/** Of each conversation in the order of its places. */
export function turnsOfMonolith(file: string): HeldTurn[] {
  const database = new DatabaseSync(file, { readOnly: true })
  const rows = database
    .prepare('SELECT id, thread_id, user_message FROM conversations ORDER BY thread_id, seq')
    .all()
  database.close()
  return rows.map(({ id, thread_id, user_message }) => ({
    id: String(id),
    talk: String(thread_id),
    text: String(user_message),
  }))
}

export async function turnsOfService(database: Sql): Promise<HeldTurn[]> {
  const rows = await database<HeldTurn[]>`
    select turn_id as id, conversation_id as talk, text from messages
    where role = 'user' order by conversation_id, seq`
  return [...rows]
}

/** Each acknowledged turn once, with its text, in its conversation and in its order; none that was deleted. */
export function findBrokenIn(said: readonly Said[], name: string, held: readonly HeldTurn[]): string[] {
  const byText = Map.groupBy(held, ({ text }) => text)
  const broken = said.flatMap(({ id, text, talk, state }) => {
    const found = byText.get(text) ?? []
    const isThere = found.some((row) => row.id === id && row.talk === talk)
    if (found.length > 1) return [`"${text}" is there ${found.length} times at the ${name}`]
    if (state === 'present' && !isThere) return [`"${text}" is lost at the ${name}`]
    return state === 'gone' && found.length > 0 ? [`"${text}" is still at the ${name}, though deleted`] : []
  })
  return [...broken, ...findDisorder(said, name, held)]
}

/** Who says them waits for each before the next. */
function findDisorder(said: readonly Said[], name: string, held: readonly HeldTurn[]): string[] {
  const orderOf = new Map(said.map(({ id }, at) => [id, at]))
  const last = new Map<string, number>()
  return held.flatMap(({ id, talk, text }) => {
    const at = orderOf.get(id) ?? last.get(talk) ?? 0
    const isLate = at < (last.get(talk) ?? 0)
    last.set(talk, at)
    return isLate ? [`"${text}" is in the wrong place at the ${name}`] : []
  })
}
