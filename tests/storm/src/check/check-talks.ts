// Each acknowledged conversation and turn once, with its value and in its place, on each side; nothing that was deleted.
import type { Account } from '../journal/account.ts'
import type { Journal } from '../journal/journal.ts'
import type { Talk, Turn } from '../journal/talk.ts'
import { replyTo } from '../people/talk/sayings.ts'
import type { FeedbackRow, TalkRow, TalkRows, TurnRow } from './talk-rows.ts'

type Held = {
  readonly name: string
  readonly talks: ReadonlyMap<string, TalkRow>
  readonly talksOf: ReadonlyMap<string, readonly TalkRow[]>
  readonly turnsOf: ReadonlyMap<string, readonly TurnRow[]>
  readonly turnsByText: ReadonlyMap<string, readonly TurnRow[]>
  readonly feedback: ReadonlyMap<string, FeedbackRow>
  readonly owners: ReadonlySet<string>
}

export function checkTalks(journal: Journal, rows: TalkRows): void {
  const held = indexOf(rows)
  for (const account of journal.accounts) {
    checkLeft(journal, account, held)
    if (account.state !== 'present' || account.isDoubtful) continue
    checkStrangers(journal, account, held)
    for (const talk of account.talks) checkTalk(journal, account, { held, talk })
  }
}

function indexOf({ name, talks, turns, feedback }: TalkRows): Held {
  return {
    name,
    talks: new Map(talks.map((row) => [row.id, row])),
    talksOf: Map.groupBy(talks, ({ userId }) => userId),
    turnsOf: Map.groupBy(turns, ({ talkId }) => talkId),
    turnsByText: Map.groupBy(turns, ({ text }) => text),
    feedback: new Map(feedback.map((row) => [row.turnId, row])),
    owners: new Set([...talks, ...turns, ...feedback].map(({ userId }) => userId)),
  }
}

/** With an account goes all that it wrote. */
function checkLeft(journal: Journal, { state, userId, ...account }: Account, { name, owners }: Held): void {
  if (state !== 'gone' || userId === null || !owners.has(userId)) return
  journal.violate('missing', { state, userId, ...account }, `what ${userId} wrote outlives it at the ${name}`)
}

/** A conversation of no id that was told is one whose creation had no answer: by its title, once at most. */
function checkStrangers(journal: Journal, account: Account, { name, talksOf }: Held): void {
  const ids = new Set(account.talks.map(({ id }) => id))
  const hoped = account.talks.filter(({ id }) => id === '').flatMap(({ titles }) => titles)
  for (const row of talksOf.get(account.userId ?? '') ?? []) {
    if (ids.has(row.id)) continue
    const at = hoped.indexOf(row.title)
    if (at < 0) journal.violate('doubled', account, `"${row.title}" is there once more at the ${name}`)
    else hoped.splice(at, 1)
  }
}

type Of = { readonly held: Held; readonly talk: Talk }

function checkTalk(journal: Journal, account: Account, { held, talk }: Of): void {
  const { name, talks } = held
  const row = talks.get(talk.id)
  const what = `conversation ${talk.id} "${talk.titles}"`
  if (talk.state === 'present' && !row) journal.violate('missing', account, `${what} is not at the ${name}`)
  if (talk.state === 'gone' && row) journal.violate('revived', account, `${what} is still at the ${name}`)
  if (talk.state === 'present' && row && !talk.titles.includes(row.title))
    journal.violate('missing', account, `${what} is called ${row.title} at the ${name}`)
  for (const turn of talk.turns) {
    const fault = findFault(turn, { held, talk })
    if (fault) journal.violate(fault[0], account, `the turn "${turn.text}" ${fault[1]} at the ${name}`)
  }
  checkOrder(journal, account, { held, talk })
}

type Found = readonly ['missing' | 'doubled' | 'revived', string] | null

function findFault(turn: Turn, { held, talk }: Of): Found {
  const rows = held.turnsByText.get(turn.text) ?? []
  const row = rows.find(({ id }) => id === turn.id) ?? rows[0]
  if (rows.length > turn.most) return ['doubled', `is there ${rows.length} times`]
  if (turn.state === 'gone' && turn.id !== '' && row?.id === turn.id) return ['revived', 'is still there']
  if (turn.state === 'present' && row?.id !== turn.id) return ['missing', `is not there as ${turn.id}`]
  if (!row) return null
  if (row.talkId !== talk.id) return ['missing', `is in ${row.talkId}, not in ${talk.id}`]
  return findWrongValue(turn, row) ?? findWrongFeeling(turn, held)
}

/** Nothing is pending any more. */
function findWrongValue(turn: Turn, row: TurnRow): Found {
  if (row.replyStatus !== 'complete') return ['missing', `has a reply that is ${row.replyStatus}`]
  if (row.reply !== replyTo(turn)) return ['missing', `is answered "${row.reply}"`]
  if (row.emotionStatus !== 'complete') return ['missing', `has an emotion that is ${row.emotionStatus}`]
  return row.emotion === turn.emotion ? null : ['missing', `sounds ${row.emotion}`]
}

function findWrongFeeling({ id, state, isFelt, felt }: Turn, { feedback }: Held): Found {
  if (state !== 'present' || !isFelt) return null
  const held = feedback.get(id)?.emotion
  return felt.some((each) => each === held) ? null : ['missing', `is felt as ${held}, not as ${felt}`]
}

/** By place: no two at one, and rounds only go up. */
function checkOrder(journal: Journal, account: Account, { held, talk }: Of): void {
  const roundOf = new Map(talk.turns.map(({ text, round }) => [text, round]))
  const known = new Set(talk.turns.filter(({ state }) => state === 'present').map(({ id }) => id))
  let last = { round: 0, seq: 0 }
  for (const { id, text, seq } of held.turnsOf.get(talk.id) ?? []) {
    const round = known.has(id) ? (roundOf.get(text) ?? last.round) : last.round
    if (seq === last.seq || round < last.round)
      journal.violate(
        'missing',
        account,
        `the turn "${text}" is in the wrong place (${seq}) at the ${held.name}`,
      )
    last = { round, seq }
  }
}
