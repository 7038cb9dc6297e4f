import { type PrivatePostgres, type Stack, startStack } from '@emotibot/testkit'
import { useOfTree } from '../start/process-tree.ts'

/** A whole system with everybody on one side of every domain. */
export type ChatSide = {
  readonly name: 'monolith' | 'services'
  readonly stack: Stack
  /** Who answers trends: it knows of a turn once the event of it has come. */
  readonly trendsUrl: string
  /** Resident memory of the processes that answer people on this side, the front door left out. */
  memoryMib(): number
  close(): Promise<void>
}

export type SideOptions = {
  readonly createDatabase: PrivatePostgres['createDatabase']
  readonly aiEnv?: Readonly<Record<string, string>>
}

const CARVED_OUT = ['auth', 'conversation', 'emotion'] as const
const AT_SERVICE = { to: 'service' } as const
const STAGES = { auth: AT_SERVICE, emotion: AT_SERVICE, conversation: AT_SERVICE, ai: AT_SERVICE }

export async function startMonolithSide({ createDatabase }: SideOptions): Promise<ChatSide> {
  const stack = await startStack({ processes: true, createDatabase })
  const { monolith, close } = stack
  return { name: 'monolith', stack, trendsUrl: monolith.url, memoryMib: () => memoryOf([monolith]), close }
}

/** Every domain on its service, and the mover keeping the monolith in step for a roll back. */
export async function startServicesSide({ createDatabase, aiEnv = {} }: SideOptions): Promise<ChatSide> {
  const stack = await startStack({
    processes: true,
    carvedOut: CARVED_OUT,
    stages: STAGES,
    createDatabase,
    env: { ai: aiEnv },
  })
  const { auth, conversation, emotion, ai, close } = stack
  const memoryMib = () => memoryOf([auth, conversation, emotion, ai])
  return { name: 'services', stack, trendsUrl: emotion.url, memoryMib, close }
}

function memoryOf(apps: readonly { readonly pid: number | null }[]): number {
  const bytes = apps.reduce((sum, { pid }) => sum + (pid === null ? 0 : useOfTree(pid).residentBytes), 0)
  return bytes / 2 ** 20
}
