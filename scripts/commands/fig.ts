import { runEntry } from '../run-entry.ts'

await runEntry('apps/fig')
