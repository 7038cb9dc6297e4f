import { randomUUID } from 'node:crypto'
import { createClient, POSITION_HEADER } from '@emotibot/contracts'
import { conversationEntities } from '@emotibot/migration-conversation'
import type { TestUser } from '@emotibot/testkit'
import { ask, fault, type Note } from '../writers/note.ts'
import type { Subject } from './subject.ts'
import { findBrokenIn, type Said, turnsOfMonolith, turnsOfService } from './turns.ts'

/** Turns: people say things under a key, read them, and delete some. */
export const conversation: Subject = {
  domain: 'conversation',
  groups: [{ group: 'conversation', route: 'conversation.send' }],
  entities: conversationEntities,
  openJournal(note) {
    const said: Said[] = []
    const talks = new Map<string, Promise<string | null>>()
    return {
      async write(url, user) {
        const visit = createVisit(url, user, note)
        const talk = await (talks.get(user.username) ?? visit.open())
        if (talk === null) return false
        talks.set(user.username, Promise.resolve(talk))
        return visit.sayAndLook(talk, said)
      },
      async findBroken({ file, database }) {
        const held = { monolith: turnsOfMonolith(file), service: await turnsOfService(database) }
        return Object.entries(held).flatMap(([name, turns]) => findBrokenIn(said, name, turns))
      },
    }
  },
}

/** One person at one front door, who carries a position from answer to answer. */
function createVisit(url: string, { bearer, username }: TestUser, note: Note) {
  let position: string | null = null
  const client = createClient({
    baseUrl: url,
    headers: () => ({ ...bearer, ...(position ? { [POSITION_HEADER]: position } : {}) }),
  })

  async function open(): Promise<string | null> {
    const headers = { 'idempotency-key': randomUUID() }
    const answer = await ask(note, 'create', (signal) =>
      client.call('conversation.create', { body: {}, headers, signal }),
    )
    return answer?.ok ? answer.body.conversation.id : null
  }

  async function sayAndLook(talk: string, said: Said[]): Promise<boolean> {
    const turn: Said = { text: `${username} says ${randomUUID()}`, talk, state: 'maybe', id: '' }
    said.push(turn)
    const headers = { 'idempotency-key': randomUUID(), prefer: 'respond-async' }
    const answer = await ask(note, 'send', (signal) =>
      client.call('conversation.send', { params: { id: talk }, body: { text: turn.text }, headers, signal }),
    )
    if (!answer) return false
    if (!answer.ok) return fault(note, `a turn was answered ${answer.status}`)
    position = answer.headers.get(POSITION_HEADER)
    Object.assign(turn, { state: 'present', id: answer.body.turn.id })
    if (!(await isSeen(turn))) return false
    return said.length % 3 === 0 ? remove(turn) : true
  }

  async function isSeen({ talk, text }: Said): Promise<boolean> {
    const answer = await ask(note, 'history', (signal) =>
      client.call('conversation.history', { params: { id: talk }, signal }),
    )
    if (!answer) return false
    const isThere = answer.ok && answer.body.turns.some(({ user_message }) => user_message === text)
    return isThere || fault(note, `"${text}" is not in its history, answered ${answer.status}`)
  }

  async function remove(turn: Said): Promise<boolean> {
    turn.state = 'maybe'
    const params = { id: turn.talk, turn_id: turn.id }
    const answer = await ask(note, 'delete', (signal) =>
      client.call('conversation.delete_turn', { params, signal }),
    )
    if (!answer) return false
    if (!answer.ok) return fault(note, `the deletion of "${turn.text}" answered ${answer.status}`)
    turn.state = 'gone'
    return true
  }

  return { open, sayAndLook }
}
