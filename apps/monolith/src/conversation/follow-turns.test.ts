import { expect, onTestFinished, test } from 'vitest'
import { openPage, type TestPage } from '../realtime/testing-server.ts'
import { giveUp, nothing, openFile } from '../testing/other-side.ts'
import { applyTurns, type ServiceTurn } from '../testing/service-turns.ts'
import { newConversation, newcomer, startMonolith } from '../testing/start-monolith.ts'

/** Ann with an open page and a conversation, whose conversations the service has from now on. */
async function start(env: Record<string, string> = {}) {
  const monolith = await startMonolith({ env })
  const ann = await newcomer(monolith, 'ann')
  const threadId = await newConversation(ann)
  const page = await open(monolith.url, ann.token)
  const db = openFile(monolith)
  const turn = (id: string, more: Partial<ServiceTurn> = {}): ServiceTurn => {
    return { id, threadId, ownerKey: 'ann', text: `this is ${id}`, ...more }
  }
  return { monolith, ann, threadId, page, db, turn }
}

async function open(url: string, token: string): Promise<TestPage> {
  const page = await openPage(url, { token })
  onTestFinished(() => page.socket.terminate())
  await page.next('ready')
  return page
}

/** All events of turns so far, once a last one that the service wrote has come. */
async function eventsUntil(page: TestPage, lastId: string): Promise<string[]> {
  const seen = () =>
    page.frames.flatMap((frame) => ('event_id' in frame ? [`${frame.type} ${frame.event_id}`] : []))
  await expect.poll(seen).toContainEqual(expect.stringContaining(`${lastId}.`))
  return seen()
}

test('a turn that the service wrote is heard by its user’s pages, and by nobody else’s', async () => {
  const { monolith, page, db, turn } = await start()
  const bob = await newcomer(monolith, 'bob')
  const other = await open(monolith.url, bob.token)
  giveUp(db, 'conversation', nothing)
  applyTurns(db, [turn('t1')])
  const created = await page.next('turn.created')
  expect(created).toMatchObject({ event_id: 't1.1', turn: { user_message: 'this is t1', bot_message: null } })
  applyTurns(db, [turn('t1', { reply: 'yes', revision: 2 })])
  const updated = await page.next('turn.updated')
  expect(updated).toMatchObject({ event_id: 't1.2', turn: { bot_message: 'yes', reply_status: 'complete' } })
  expect(other.frames).toEqual([])
})

test('a turn that was begun here and completed on the service is updated', async () => {
  const { ann, page, db, threadId } = await start({ EMOTIBOT_REPLY_PACE_MS: '1000' })
  const answer = await ann.client.call('conversation.send', {
    params: { id: threadId },
    body: { text: 'hello' },
    headers: { prefer: 'respond-async' },
  })
  const id = answer.ok ? answer.body.turn.id : ''
  giveUp(db, 'conversation', nothing)
  applyTurns(db, [{ id, threadId, ownerKey: 'ann', text: 'hello', reply: 'from there', revision: 2 }])
  expect(await page.next('turn.created')).toMatchObject({ event_id: `${id}.1` })
  expect(await page.next('turn.updated')).toMatchObject({
    event_id: `${id}.2`,
    turn: { bot_message: 'from there' },
  })
})

test('what was written here is heard once, and what comes from the service in the order in which it came', async () => {
  const { ann, page, db, threadId, turn } = await start()
  const sent = await ann.client.call('conversation.send', {
    params: { id: threadId },
    body: { text: 'hello' },
  })
  const own = sent.ok ? sent.body.turn.id : ''
  const ids = Array.from({ length: 450 }, (_, at) => `t${at}`)
  giveUp(db, 'conversation', nothing)
  applyTurns(
    db,
    ids.map((id) => turn(id, { reply: 'yes' })),
  )
  // What comes together is told as it stands in the end.
  applyTurns(db, [turn('t7', { reply: 'no', revision: 2 }), turn('last', { reply: 'yes' })])
  const events = await eventsUntil(page, 'last')
  expect(events.slice(0, 2)).toEqual([`turn.created ${own}.1`, `turn.updated ${own}.2`])
  const created = events.filter((event) => event.startsWith('turn.created')).slice(1)
  expect(created.map((event) => event.split(' ')[1]?.split('.')[0])).toEqual([...ids, 'last'])
  expect(new Set(events).size).toBe(events.length)
})

test('a turn that is gone by then, or belongs to no conversation, is nothing to hear of', async () => {
  const { page, db, turn } = await start()
  giveUp(db, 'conversation', nothing)
  const mark = `INSERT INTO write_mark VALUES (1, 'conversation', 1, 'service', 'ann')`
  applyTurns(db, [turn('stays', { reply: 'yes' })])
  await eventsUntil(page, 'stays')
  const both = db.transaction(() => {
    db.exec(mark)
    db.exec(`INSERT INTO conversations (id, user_id, user_message, docid, revision)
      SELECT 'goes', user_id, 'x', 900, 1 FROM conversations WHERE id = 'stays'`)
    db.exec(`INSERT INTO conversations (id, user_message, docid, revision) VALUES ('nobody''s', 'x', 901, 1)`)
    db.exec(`DELETE FROM conversations WHERE id = 'goes'`)
    db.exec('DELETE FROM write_mark')
  })
  both.immediate()
  applyTurns(db, [turn('last', { reply: 'yes' })])
  expect(await eventsUntil(page, 'last')).toEqual(['turn.created stays.1', 'turn.created last.1'])
})
