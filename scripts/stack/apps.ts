import type { ConfigSchema } from '@emotibot/service-kit'

/** What a line of the stack may ask for. */
export type AppSpec = {
  name: string
  /** Its settings; loaded only when somebody asks for them. */
  config: () => Promise<{ configSchema: ConfigSchema }>
  /** Asked for; a busy one steps aside. Without it: any free port. */
  port?: number
  /** Databases it opens, its own or another's: `ledger` is handed over as `LEDGER_DATABASE_URL`. */
  databases?: readonly string[]
  /** Apps it calls: they are ready first, and `emotion` is handed over as `EMOTIBOT_EMOTION_URL`. */
  calls?: readonly string[]
  /** Apps whose address it is handed too, and without which it starts: so two may know of each other. */
  knows?: readonly string[]
  /** Apps that are ready first, and whose address it has no need of: they bring what it opens. */
  after?: readonly string[]
  /** Whether it may run as several processes at once. */
  isReplicable?: boolean
  /** Settings of its own. */
  env?: (own: OwnSettings) => Readonly<Record<string, string>>
}

export type OwnSettings = {
  /** A path in the data folder. */
  file: (name: string) => string
  /** Where an app is. */
  urlOf: (app: string) => string
  /** The facade's other ports, and the address of the second. */
  controlPort: number
  internalPort: number
  internalUrl: string
}

/** The facade's port for the migration team. */
export const CONTROL_PORT = 8_081

const sqliteFile = ({ file }: OwnSettings) => ({ EMOTIBOT_SQLITE_FILE: file('monolith.sqlite') })
/** Other domains are asked through the front door, which starts after those who ask. */
const throughTheDoor = ({ internalUrl }: OwnSettings) => ({ EMOTIBOT_INTERNAL_URL: internalUrl })

/** Everything `npm start` runs besides the database and the visitors. */
export const apps: readonly AppSpec[] = [
  {
    name: 'monolith',
    config: () => import('@emotibot/monolith/config'),
    // It verifies auth's tokens, by keys that it also keeps on disk.
    knows: ['auth'],
    env: sqliteFile,
  },
  {
    name: 'emotion',
    config: () => import('@emotibot/emotion/config'),
    databases: ['emotion'],
    knows: ['auth'],
    isReplicable: true,
    env: throughTheDoor,
  },
  {
    name: 'conversation',
    config: () => import('@emotibot/conversation/config'),
    databases: ['conversation'],
    knows: ['auth'],
    isReplicable: true,
    env: (own) => ({
      ...throughTheDoor(own),
      EMOTIBOT_EVENT_SUBSCRIBERS: `emotion=${own.urlOf('emotion')}`,
    }),
  },
  {
    name: 'ai',
    config: () => import('@emotibot/ai/config'),
    knows: ['auth'],
    isReplicable: true,
    env: throughTheDoor,
  },
  {
    name: 'auth',
    config: () => import('@emotibot/auth/config'),
    databases: ['auth'],
    isReplicable: true,
  },
  {
    name: 'mover',
    config: () => import('@emotibot/mover/config'),
    databases: ['auth', 'conversation', 'emotion', 'ledger'],
    after: ['monolith', 'auth', 'conversation', 'emotion'],
    env: sqliteFile,
  },
  {
    name: 'facade',
    config: () => import('@emotibot/facade/config'),
    port: 8_080,
    databases: ['ledger'],
    calls: ['monolith', 'emotion', 'conversation', 'ai', 'auth'],
    knows: ['mover'],
    env: ({ file, controlPort, internalPort }) => ({
      EMOTIBOT_CONTROL_PORT: String(controlPort),
      EMOTIBOT_INTERNAL_PORT: String(internalPort),
      EMOTIBOT_OPERATORS_FILE: file('operators.json'),
      EMOTIBOT_SNAPSHOT_FILE: file('ledger-snapshot.json'),
    }),
  },
]

/** `ledger` → `LEDGER_DATABASE_URL` */
export const databaseVariable = (database: string): string => `${database.toUpperCase()}_DATABASE_URL`

/** `emotion` → `EMOTIBOT_EMOTION_URL` */
export const urlVariable = (app: string): string => `EMOTIBOT_${app.toUpperCase()}_URL`
