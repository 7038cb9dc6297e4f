import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openPostgres } from '@emotibot/db'
import { createFolder, startPrivatePostgres } from '@emotibot/testkit'
import { timeOurCopy } from '../backfill/our-copy.ts'
import { hasPgloader, runPgloader } from '../backfill/pgloader.ts'
import { copyOf } from '../backfill/source-file.ts'
import { ratio } from '../measure/figure.ts'
import { interleave } from '../measure/interleave.ts'
import { showProgress } from '../measure/progress.ts'
import type { BenchOptions, BenchResult } from '../report/result.ts'
import { conversationsOf, makeSourceOfTurns } from './source-turns.ts'

/** A slow machine copies some hundreds a second; what takes longer than this stands still. */
const TURNS_PER_SECOND_LEAST = 200

type Counts = Readonly<Record<string, number>>

/** Turns a second of a first copy: ours, by the feed and under its throttle, beside pgloader's on the same file. */
export async function measureCopies(
  options: BenchOptions,
): Promise<Pick<BenchResult, 'figures' | 'ratios' | 'notes'>> {
  const { turns } = options
  const folder = createFolder('feed')
  const postgres = await startPrivatePostgres()
  const source = join(folder.path, 'source.sqlite')
  const threads = conversationsOf(turns)
  let copies = 0

  async function inNewDatabase(counts: Counts, time: (file: string, databaseUrl: string) => Promise<number>) {
    copies += 1
    const database = await postgres.createDatabase()
    const file = copyOf(source, join(folder.path, `copy-${copies % 2}.sqlite`))
    try {
      const tookMs = await time(file, database.url)
      await checkCounts(database.url, counts)
      return turns / (tookMs / 1_000)
    } finally {
      await database.drop()
    }
  }

  const ours = () =>
    inNewDatabase({ conversations: threads, messages: 2 * turns }, (file, databaseUrl) => {
      const secret = randomBytes(32).toString('base64url')
      const withinMs = 60_000 + (turns / TURNS_PER_SECOND_LEAST) * 1_000
      return timeOurCopy({ domain: 'conversation', file, databaseUrl, secret, withinMs })
    })
  const pgloader = () =>
    inNewDatabase({ threads, conversations: turns }, async (file, databaseUrl) => {
      const startedMs = performance.now()
      const tables = ['threads', 'conversations']
      await runPgloader({ file, databaseUrl, tables, commandFile: join(folder.path, 'pgloader.load') })
      return performance.now() - startedMs
    })

  try {
    showProgress(`a file of ${turns} turns is made`)
    await makeSourceOfTurns(source, turns)
    const peers = [
      { name: 'pgloader', measure: pgloader },
      { name: 'pgloader_again', measure: pgloader },
    ]
    const contenders = [{ name: 'backfill', measure: ours }, ...(hasPgloader() ? peers : [])]
    const figures = await interleave(contenders, options)
    return { figures, ratios: ratiosOf(figures), notes: notesOf(figures, turns) }
  } finally {
    await postgres.close()
    folder.remove()
  }
}

function ratiosOf({ backfill, pgloader, pgloader_again }: BenchResult['figures']): Record<string, number> {
  if (!backfill || !pgloader || !pgloader_again) return {}
  return { backfill_to_pgloader: ratio(backfill, pgloader), self_check: ratio(pgloader_again, pgloader) }
}

function notesOf({ pgloader }: BenchResult['figures'], turns: number): string[] {
  const left =
    'pgloader is not installed here, so backfill_to_pgloader is left out: apt-get install pgloader brings it.'
  return [
    `backfill: ${turns} turns in ${conversationsOf(turns)} conversations, from one SQLite file into a durable Postgres on the same machine, until all are there: two messages a turn, mapped, searchable, in the feed, with their indexes; resting three times as long as it works in the file.`,
    'pgloader: the whole of its run on the same file: plain copies of the rows, one a turn and without a search index, indexes made at the end.',
    ...(pgloader
      ? ['self_check is pgloader measured twice in each round: what it differs from 1 by is noise.']
      : [left]),
  ]
}

/** A copy that is not whole is no copy. */
async function checkCounts(databaseUrl: string, counts: Counts): Promise<void> {
  const sql = openPostgres(databaseUrl, { applicationName: 'bench', max: 1 })
  try {
    for (const [table, expected] of Object.entries(counts)) {
      const [row] = await sql<{ count: number }[]>`select count(*)::int as count from ${sql(table)}`
      if (row?.count !== expected) throw new Error(`${table} has ${row?.count} rows, not ${expected}.`)
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}
