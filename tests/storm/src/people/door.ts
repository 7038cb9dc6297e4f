import { pathOf, type RouteKey, routeOf } from '@emotibot/contracts'
import { createRawSender, type RawAnswer, type RawSender } from '@emotibot/testkit'
import type { Random } from '../plan/random.ts'
import type { Device } from './device.ts'

export type Asked = {
  readonly device: Device
  readonly body?: unknown
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** An idempotency key. */
  readonly key?: string
  /** Whether the answer is to come before the reply does. */
  readonly isAsync?: boolean
}

/** An answer that says what happened, or none: the connection broke, or a server error came. */
export type Outcome =
  | { readonly isKnown: true; readonly status: number; readonly json: unknown }
  | { readonly isKnown: false; readonly why: string }

export type Replica = { readonly origin: string; readonly sender: RawSender }

export function openReplicas(urls: readonly string[]): Replica[] {
  return urls.map((url) => ({ origin: new URL(url).origin, sender: createRawSender(url) }))
}

/** The front door as one person sees it: any of its replicas, as behind a load balancer. */
export type Door = (route: RouteKey, asked: Asked) => Promise<Outcome>

export type DoorOptions = {
  readonly replicas: readonly Replica[]
  readonly random: Random
  /** Told of every outcome that is not known, with when it was asked. */
  readonly onUnknown: (route: RouteKey, why: string, askedAtMs: number) => void
}

export function createDoor({ replicas, random, onUnknown }: DoorOptions): Door {
  return async (route, { device, ...rest }) => {
    const { origin, sender } = random.pick(replicas)
    const askedAtMs = performance.now()
    const unknown = (why: string): Outcome => {
      onUnknown(route, why, askedAtMs)
      return { isKnown: false, why }
    }
    const sent = requestOf(route, rest)
    const headers = [...sent.headers, ...device.headers(sent.method, origin)]
    try {
      const answer = await sender.send({ ...sent, headers })
      device.keep(answer)
      if (answer.status < 500) return { isKnown: true, status: answer.status, json: jsonOf(answer) }
      return unknown(`${answer.status} ${answer.body.toString().slice(0, 160)}`)
    } catch (cause) {
      return unknown(cause instanceof Error ? cause.message : String(cause))
    }
  }
}

function requestOf(route: RouteKey, { body, params, query, key, isAsync }: Omit<Asked, 'device'>) {
  const headers: (readonly [string, string])[] = [
    ...(body === undefined ? [] : [['content-type', 'application/json'] as const]),
    ...(key === undefined ? [] : [['idempotency-key', key] as const]),
    ...(isAsync ? [['prefer', 'respond-async'] as const] : []),
  ]
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const search = query ? `?${new URLSearchParams(query)}` : ''
  return { method: routeOf(route).method, path: pathOf(route, params) + search, headers, ...content }
}

function jsonOf({ body }: RawAnswer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    return null
  }
}

/** A text of an answer by its path (`user.user_id`); empty where there is none. */
export function textAt(json: unknown, path: string): string {
  const found = valueAt(json, path)
  return typeof found === 'string' ? found : ''
}

export function listAt(json: unknown, path: string): readonly unknown[] {
  const found = valueAt(json, path)
  return Array.isArray(found) ? found : []
}

export function valueAt(json: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
    return entries.find(([key]) => key === name)?.[1]
  }, json)
}
