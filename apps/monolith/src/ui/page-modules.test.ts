import { describe, expect, it } from 'vitest'
import { finishedText } from './page/announcer.js'
import { createApi, Problem } from './page/api.js'
import { cleanText, isSendKey } from './page/composer.js'
import { dayLabel, dayOf } from './page/dates.js'
import { describeEmotion } from './page/emotion.js'
import { reconnectDelayMs } from './page/live-socket.js'
import { createSeenEvents } from './page/seen-events.js'
import { createKept } from './page/storage.js'
import { sampleTurn } from './sample-turn.ts'

describe('the words of a feeling', () => {
  it('are a word, a look and how sure the guess is', () => {
    expect(describeEmotion('fearful', 0.7)).toEqual({
      word: 'Fearful',
      look: 'fearful',
      sureness: 'fairly sure',
    })
  })

  it('show an unknown label of an old row as it is, in the neutral look', () => {
    expect(describeEmotion('wistful', null)).toMatchObject({ word: 'wistful', look: 'neutral' })
    expect(describeEmotion('constructor', 1)).toMatchObject({ word: 'constructor', look: 'neutral' })
  })

  it('say that there is no guess where there is none', () => {
    expect(describeEmotion(null, null)).toMatchObject({ word: 'No guess', look: 'neutral' })
  })

  it('are announced with the finished reply', () => {
    const turn = sampleTurn({ detected_emotion: 'sad', confidence: 0.9 })
    expect(finishedText(turn)).toBe('EmotiBot: Tell me more. You sounded: Sad, quite sure.')
  })
})

describe('events seen', () => {
  it('are news once', () => {
    const seen = createSeenEvents()
    expect([seen.isNews('a.1'), seen.isNews('a.1'), seen.isNews('a.2')]).toEqual([true, false, true])
  })

  it('are old news when the row has moved on', () => {
    const seen = createSeenEvents()
    expect([seen.isNews('a.3'), seen.isNews('a.2')]).toEqual([true, false])
  })

  it('stay bounded, the newest kept', () => {
    const seen = createSeenEvents(3)
    for (const id of ['a.1', 'b.1', 'c.1', 'd.1']) seen.isNews(id)
    expect(seen.ids()).toEqual(['b.1', 'c.1', 'd.1'])
  })
})

describe('the way back to a lost line', () => {
  it('takes longer each time, within a bound, and never at once', () => {
    const delays = [0, 1, 2, 20].map((attempt) => reconnectDelayMs(attempt, 1))
    expect(delays).toEqual([500, 1_000, 2_000, 15_000])
    expect(reconnectDelayMs(20, 0)).toBe(7_500)
  })
})

describe('the message box', () => {
  const enter = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 }

  it('sends on Enter, and makes a new line on Shift+Enter and on touch', () => {
    expect(isSendKey(enter, false)).toBe(true)
    expect(isSendKey({ ...enter, shiftKey: true }, false)).toBe(false)
    expect(isSendKey(enter, true)).toBe(false)
  })

  it('never sends while an input method composes', () => {
    expect(isSendKey({ ...enter, isComposing: true }, false)).toBe(false)
    expect(isSendKey({ ...enter, keyCode: 229 }, false)).toBe(false)
  })

  it('sends nothing the contract refuses', () => {
    expect(cleanText(' a\u0000b\uD800 ')).toBe('ab\uFFFD')
  })
})

describe('dates', () => {
  const now = new Date(2026, 4, 10, 12)

  it('are said as people say them', () => {
    expect(dayLabel(new Date(2026, 4, 10, 1).toISOString(), now)).toBe('Today')
    expect(dayLabel(new Date(2026, 4, 9, 23).toISOString(), now)).toBe('Yesterday')
    expect(dayLabel(new Date(2024, 1, 3).toISOString(), now)).toContain('2024')
  })

  it('of a legacy row that cannot be read stay as they are', () => {
    expect(dayOf('some day')).toBe('some day')
    expect(dayLabel('some day', now)).toBe('some day')
  })
})

describe('calls', () => {
  const answering = (status: number, body: unknown, headers = {}) =>
    createApi({ send: async () => Response.json(body, { status, headers }) })

  it('carry the server’s own message', async () => {
    const api = answering(400, { code: 'DUPLICATE_USER', message: 'That name is taken.' })
    const failure = await api
      .register({ username: 'a', email: 'a@b', password: 'c' })
      .catch((thrown) => thrown)
    expect(failure).toBeInstanceOf(Problem)
    expect(failure).toMatchObject({ message: 'That name is taken.', isPassing: false })
  })

  it('know trouble that passes, and how long to wait for it', async () => {
    const api = answering(503, { code: 'BUSY', message: 'Busy.' }, { 'retry-after': '2' })
    expect(await api.me().catch((thrown) => thrown)).toMatchObject({ isPassing: true, retryAfterMs: 2_000 })
  })

  it('ask to sign in again when a session is over, but not when a password is wrong', async () => {
    const asked: string[] = []
    const send = async () => Response.json({ code: 'UNAUTHENTICATED', message: 'no' }, { status: 401 })
    const api = createApi({ send, onSignInNeeded: () => asked.push('asked') })
    await api.signIn({ username: 'a', password: 'b' }).catch(() => {})
    expect(asked).toEqual([])
    await api.me().catch(() => {})
    expect(asked).toEqual(['asked'])
  })

  it('ask nobody when a session is over because this page ended it', async () => {
    const calls: string[] = []
    const send = async (path: string | URL | Request) => {
      calls.push(String(path))
      return path === '/api/auth/me' ? Response.json({ user: {} }) : new Response(null, { status: 204 })
    }
    const api = createApi({ send })
    // A line hears of it before the answer is there.
    await Promise.all([api.logOut(), api.checkSession()])
    await api.checkSession()
    expect(calls).toEqual(['/api/auth/logout'])
  })

  it('ask who is signed in when a session is over and this page could not end it', async () => {
    const calls: string[] = []
    const send = async (path: string | URL | Request) => {
      calls.push(String(path))
      return Response.json({ user: {} }, { status: path === '/api/auth/me' ? 200 : 503 })
    }
    const api = createApi({ send })
    await Promise.all([api.logOut().catch(() => undefined), api.checkSession()])
    expect(calls).toEqual(['/api/auth/logout', '/api/auth/me'])
  })

  it('go on after a token is past its hour: who we are is asked once, and the call made again', async () => {
    const calls: string[] = []
    const send = async (path: string | URL | Request, init?: RequestInit) => {
      calls.push(`${init?.method ?? 'GET'} ${String(path)}`)
      const isRefused = calls.length === 1
      return Response.json(isRefused ? { message: 'no' } : { user: {} }, { status: isRefused ? 401 : 200 })
    }
    const api = createApi({ send, onSignInNeeded: () => calls.push('asked') })
    await api.renameConversation('c', 'Title')
    expect(calls).toEqual(['PATCH /api/conversations/c', 'GET /api/auth/me', 'PATCH /api/conversations/c'])
  })
})

describe('what is kept on the device', () => {
  it('is kept in memory where the browser forbids more', () => {
    const refuse = (): never => {
      throw new Error('forbidden')
    }
    const forbidden = {
      length: 0,
      key: refuse,
      clear: refuse,
      getItem: refuse,
      setItem: refuse,
      removeItem: refuse,
    }
    const kept = createKept(forbidden)
    kept.set('a.1', 'x')
    expect([kept.get('a.1'), kept.names('a.')]).toEqual(['x', ['a.1']])
    kept.remove('a.1')
    expect(kept.get('a.1')).toBeNull()
  })
})
