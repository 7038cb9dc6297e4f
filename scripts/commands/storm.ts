import { runEntry } from '../run-entry.ts'

await runEntry('tests/storm')
