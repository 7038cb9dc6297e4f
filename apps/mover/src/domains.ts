import type { Domain } from '@emotibot/contracts'
import { authEntities } from '@emotibot/migration-auth'
import { conversationEntities } from '@emotibot/migration-conversation'
import { emotionEntities } from '@emotibot/migration-emotion'
import type { AnyEntity } from '@emotibot/sync'
import type { MoverConfig } from './config.ts'

/** A domain that can be carved out: what is moved, and where to. */
export type CarvedDomain = {
  readonly domain: Domain
  readonly entities: readonly AnyEntity[]
  readonly databaseUrl: string
  /** Whether its service has to be told which users are gone: auth, whose rows they are, knows. */
  readonly followsDepartures: boolean
}

/** Those whose database is named. */
export function carvedDomains(config: MoverConfig): CarvedDomain[] {
  const domains: CarvedDomain[] = [
    {
      domain: 'auth',
      entities: authEntities,
      databaseUrl: config.authDatabaseUrl,
      followsDepartures: false,
    },
    {
      domain: 'conversation',
      entities: conversationEntities,
      databaseUrl: config.conversationDatabaseUrl,
      followsDepartures: true,
    },
    {
      domain: 'emotion',
      entities: emotionEntities,
      databaseUrl: config.emotionDatabaseUrl,
      followsDepartures: true,
    },
  ]
  return domains.filter(({ databaseUrl }) => databaseUrl !== '')
}
