// Preloaded into a process whose writes are to cost what they would without authority, mark and position: the functions
// that add them are replaced by ones that do nothing. The triggers are dropped from its store besides.
import { registerHooks } from 'node:module'

const IN_THEIR_PLACE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sqlite/open-write.ts': {
    openWrite: 'export const openWrite = () => ({ epoch: 0 })',
    closeWrite: 'export const closeWrite = () => ({})',
  },
  'postgres/open-write.ts': {
    // The time limits of a transaction stay.
    openPostgresWrite: `export async function openPostgresWrite(sql) {
      await sql\`select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '3s', true),
        set_config('idle_in_transaction_session_timeout', '3s', true)\`
      return { epoch: 0, position: {} }
    }`,
    closePostgresWrite: 'export const closePostgresWrite = async () => ({})',
  },
  'sqlite/refuse-unless-owned.ts': {
    refuseSqliteUnlessOwned: 'export const refuseSqliteUnlessOwned = () => undefined',
  },
  'postgres/refuse-unless-owned.ts': {
    refuseUnlessOwned: 'export const refuseUnlessOwned = async () => undefined',
  },
}

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context)
    const [, file = ''] = url.split('/libs/sync/src/')
    const functions = IN_THEIR_PLACE[file]
    if (!functions) return loaded
    return { ...loaded, source: withOthers(String(loaded.source), functions) }
  },
})

/** Throws when a function is not there any more: the comparison would silently be of two equal processes. */
function withOthers(source: string, functions: Readonly<Record<string, string>>): string {
  return Object.entries(functions).reduce((text, [name, other]) => {
    const declared = new RegExp(`^export (async )?function ${name}\\b`, 'm')
    if (!declared.test(text)) throw new Error(`libs/sync declares no function ${name} to be replaced.`)
    return `${text.replace(declared, `$1function replaced_${name}`)}\n${other}\n`
  }, source)
}
