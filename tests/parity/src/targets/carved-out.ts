import { type RouteKey, routeOf } from '@emotibot/contracts'
import { type CarvedDomain, type CarvedOutStack, startStack } from '@emotibot/testkit'
import { type LeftRows, readLeftRows } from '../rows/left-rows.ts'
import { createParityFile, PATIENT, PATIENT_SENDS, SETTINGS } from './settings.ts'

/** Domains that have a service. */
export const SERVED_DOMAINS = ['auth', 'conversation', 'emotion', 'ai'] as const
export type ServedDomain = (typeof SERVED_DOMAINS)[number]

export type WholeStack = CarvedOutStack<CarvedDomain>
export type Whole = {
  readonly stack: WholeStack
  /** Of the monolith's file, once everything has come there. */
  leftRows(): Promise<LeftRows>
  close(): Promise<void>
}

/** The whole system with every service, over a file of its own. */
export async function startWhole(): Promise<Whole> {
  const { file, remove } = createParityFile()
  const env = { monolith: SETTINGS, ai: PATIENT, conversation: PATIENT_SENDS }
  const stack = await startStack({ carvedOut: ['auth', 'conversation', 'emotion'], file, env })
  return {
    stack,
    leftRows: async () => {
      await stack.untilInStep()
      return readLeftRows(file)
    },
    close: async () => {
      await stack.close()
      remove()
    },
  }
}

export function isServed(route: RouteKey): boolean {
  const { domain } = routeOf(route)
  return SERVED_DOMAINS.some((served) => served === domain)
}

/** The service that answers a route. */
export function serviceUrl(stack: WholeStack, route: RouteKey): string {
  const { domain } = routeOf(route)
  return domain === 'auth' || domain === 'conversation' || domain === 'emotion' || domain === 'ai'
    ? stack[domain].url
    : stack.facade.url
}
