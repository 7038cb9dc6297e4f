import type { Domain } from '@emotibot/contracts'
import type { FacadeConfig } from '../config.ts'
import { Upstream } from './upstream.ts'

/** The monolith, and the services there are, by domain. */
export type Upstreams = {
  readonly monolith: Upstream
  readonly services: ReadonlyMap<string, Upstream>
  readonly all: readonly Upstream[]
}

export function createUpstreams(config: FacadeConfig): Upstreams {
  const urls: Readonly<Record<Exclude<Domain, 'ui'>, string>> = {
    auth: config.authUrl,
    emotion: config.emotionUrl,
    conversation: config.conversationUrl,
    ai: config.aiUrl,
    realtime: config.realtimeUrl,
  }
  const monolith = new Upstream('monolith', config.monolithUrl, config)
  const services = new Map<string, Upstream>()
  for (const [domain, url] of Object.entries(urls))
    if (url !== '') services.set(domain, new Upstream(domain, url, config))
  return { monolith, services, all: [monolith, ...services.values()] }
}
