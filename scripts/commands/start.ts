// npm start: everything on embedded defaults, until Ctrl-C.
import { parseArgs } from 'node:util'
import { claimFolder, DatabaseError, type FolderClaim } from '@emotibot/db'
import { dataFolder } from '../stack/places.ts'
import { readRunFile } from '../stack/run-file.ts'
import { untilAskedToStop } from '../start/await-stop.ts'
import { wipe } from '../start/prepare-data.ts'
import { runStack } from '../start/run-stack.ts'

const USAGE = 'Usage: npm start [-- --fresh --no-visitors]\n'

async function start(): Promise<void> {
  const options = readArguments()
  const dataDir = dataFolder()
  const stop = untilAskedToStop()
  const claim = claimOrExit(dataDir)
  try {
    if (options.fresh) await wipe(dataDir)
    await runStack({ dataDir, withVisitors: !options['no-visitors'] }, stop)
  } finally {
    claim.release()
  }
}

function readArguments() {
  try {
    const options = { fresh: { type: 'boolean' }, 'no-visitors': { type: 'boolean' } } as const
    return parseArgs({ options }).values
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}

function claimOrExit(dataDir: string): FolderClaim {
  try {
    return claimFolder(dataDir)
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    const facade = readRunFile(dataDir)?.facade
    const where = facade ? `: ${facade}` : ', and is still starting or stopping'
    process.stderr.write(
      `EmotiBot runs already on ${dataDir}${where}. Stop it with Ctrl-C where it was started.\n`,
    )
    process.exit(1)
  }
}

try {
  await start()
  process.exit(0)
} catch (error) {
  if (error instanceof Error && error.name === 'AbortError') process.exit(0)
  process.stderr.write(`\nEmotiBot did not start: ${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
}
