import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { openPostgres } from '@emotibot/db'
import { createFolder, startPrivatePostgres } from '@emotibot/testkit'
import { ratio } from '../measure/figure.ts'
import { interleave } from '../measure/interleave.ts'
import type { Bench } from '../report/result.ts'
import { timeOurCopy } from './our-copy.ts'
import { hasPgloader, runPgloader } from './pgloader.ts'
import { copyOf, makeSourceFile } from './source-file.ts'

const USERS = 50_000
const TABLES = ['users', 'sessions'] as const
const ROWS = USERS * TABLES.length

const NO_PGLOADER =
  'pgloader is not installed here, so backfill_to_pgloader is left out: apt-get install pgloader brings it.'

/** Rows a second of a first copy: ours, by the feed and under its throttle, beside pgloader's on the same file. */
export const benchBackfill: Bench = async (options) => {
  const folder = createFolder('backfill')
  const postgres = await startPrivatePostgres()
  const source = join(folder.path, 'source.sqlite')
  let copies = 0

  async function inNewDatabase(
    time: (file: string, databaseUrl: string) => Promise<number>,
  ): Promise<number> {
    copies += 1
    const database = await postgres.createDatabase()
    const file = copyOf(source, join(folder.path, `copy-${copies}.sqlite`))
    try {
      const tookMs = await time(file, database.url)
      await checkRows(database.url)
      return ROWS / (tookMs / 1_000)
    } finally {
      await database.drop()
    }
  }

  const ours = () =>
    inNewDatabase((file, databaseUrl) =>
      timeOurCopy({ domain: 'auth', file, databaseUrl, secret: randomBytes(32).toString('base64url') }),
    )
  const pgloader = () =>
    inNewDatabase(async (file, databaseUrl) => {
      const startedMs = performance.now()
      await runPgloader({
        file,
        databaseUrl,
        tables: TABLES,
        commandFile: join(folder.path, 'pgloader.load'),
      })
      return performance.now() - startedMs
    })

  try {
    await makeSourceFile(source, USERS)
    const peers = [
      { name: 'pgloader', measure: pgloader },
      { name: 'pgloader_again', measure: pgloader },
    ]
    const figures = await interleave(
      [{ name: 'backfill', measure: ours }, ...(hasPgloader() ? peers : [])],
      options,
    )
    const over = (one: string, peer: string) => ratio(figures[one]!, figures[peer]!)
    return {
      unit: 'rows a second',
      figures,
      ratios: figures['pgloader']
        ? {
            backfill_to_pgloader: over('backfill', 'pgloader'),
            self_check: over('pgloader_again', 'pgloader'),
          }
        : {},
      notes: [
        `${USERS} users and a session of each, from one SQLite file into a durable Postgres on the same machine.`,
        'backfill: from the command until all rows are there, mapped, in the feed, with their indexes; resting three times as long as it works in the file.',
        'pgloader: the whole of its run; plain copies of the rows, indexes made at the end.',
        'self_check is pgloader measured twice in each round: what it differs from 1 by is noise.',
        ...(figures['pgloader'] ? [] : [NO_PGLOADER]),
      ],
    }
  } finally {
    await postgres.close()
    folder.remove()
  }
}

/** A copy that is not whole is no copy. */
async function checkRows(databaseUrl: string): Promise<void> {
  const sql = openPostgres(databaseUrl, { applicationName: 'bench', max: 1 })
  try {
    for (const table of TABLES) {
      const [row] = await sql<{ count: number }[]>`select count(*)::int as count from ${sql(table)}`
      if (row?.count !== USERS) throw new Error(`${table} has ${row?.count} rows, not ${USERS}.`)
    }
  } finally {
    await sql.end({ timeout: 5 })
  }
}
