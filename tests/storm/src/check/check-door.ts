// At the end, through the front door: what users would find.

import { setTimeout as delay } from 'node:timers/promises'
import type { RouteKey } from '@emotibot/contracts'
import type { Account } from '../journal/account.ts'
import type { Journal } from '../journal/journal.ts'
import { createProgram, type Device } from '../people/device.ts'
import { type Asked, type Door, type Outcome, textAt } from '../people/door.ts'
import { probe } from '../people/probe.ts'
import type { Random } from '../plan/random.ts'
import { checkTalksAtDoor } from './check-door-talks.ts'

export type DoorToCheck = { readonly ask: Door; readonly journal: Journal; readonly random: Random }

const AT_ONCE = 8
/** The latest sessions of an account that are tried; what its stores hold was compared for every one. */
const SESSIONS_TRIED = 6

export async function checkDoor(check: DoorToCheck): Promise<void> {
  const waiting = [...check.journal.accounts]
  const work = async () => {
    for (let account = waiting.pop(); account; account = waiting.pop()) await checkAccount(check, account)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function checkAccount(check: DoorToCheck, account: Account): Promise<void> {
  const { journal } = check
  if (account.state === 'present') {
    const device = await mayAnySignIn(check, account, account.passwords)
    if (device) await checkTalksAtDoor(check, account, device)
    else journal.violate('missing', account, `none of ${account.passwords} signs in`)
    const replaced = account.oldPasswords.slice(-1)
    if (await mayAnySignIn(check, account, replaced))
      journal.violate('missing', account, `the replaced password ${replaced} signs in`)
  }
  if (account.state === 'gone' && (await mayAnySignIn(check, account, account.passwords)))
    journal.violate('revived', account, 'a deleted account signs in')
  for (const session of account.sessions.slice(-SESSIONS_TRIED)) {
    if (session.state === 'over') await probe(check, { account, session })
    if (session.state === 'live' && (await isSignedIn(check, session.token)) !== 200)
      journal.violate('missing', account, `session ${session.sid} is refused, and nobody ended it`)
  }
}

/** A device that is signed in; null when none of them is right. */
async function mayAnySignIn(
  check: DoorToCheck,
  { username }: Account,
  passwords: readonly string[],
): Promise<Device | null> {
  for (const password of passwords) {
    const device = createProgram()
    const answer = await answerOf(check, 'auth.login', { device, body: { username, password } })
    if (answer?.status !== 200) continue
    device.signIn(textAt(answer.json, 'access_token'))
    return device
  }
  return null
}

async function isSignedIn(check: DoorToCheck, token: string): Promise<number> {
  const device = createProgram()
  device.signIn(token)
  const answer = await answerOf(check, 'auth.me', { device })
  return answer?.status ?? 0
}

const KNOWN_WITHIN_MS = 30_000
const AGAIN_AFTER_MS = 500

/** An answer that says nothing (a server error) is no answer: asked again, and null when none comes. */
export async function answerOf(
  { ask }: DoorToCheck,
  route: RouteKey,
  asked: Asked,
): Promise<Extract<Outcome, { isKnown: true }> | null> {
  const deadlineMs = performance.now() + KNOWN_WITHIN_MS
  while (performance.now() < deadlineMs) {
    const outcome = await ask(route, asked)
    if (outcome.isKnown) return outcome
    await delay(AGAIN_AFTER_MS)
  }
  return null
}
