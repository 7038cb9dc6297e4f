import { startSide } from './side.ts'

/** A service in a process of its own, for tests that kill it. Ends with its parent. */
const side = await startSide('emotion', ['emotion.analyze', 'emotion.batch'])
process.send?.({ url: side.url })
process.once('disconnect', () => process.exit())
