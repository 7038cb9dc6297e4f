import { ERRORS } from '@emotibot/contracts'
import { ApiError } from '@emotibot/service-kit'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const WINDOW_MS = 60_000
/** Addresses remembered at once; the one not seen longest is forgotten first. */
const ADDRESSES = 20_000
/** Whoever has one IPv6 address has the whole network it is in. */
const IPV6_BITS = 64

/** Counts a request against its client's address. Answers headers for the answer; throws RATE_LIMITED. */
export type Limit = (request: FastifyRequest) => Promise<readonly string[]>

const NO_HEADERS: readonly string[] = []

/** The one place where requests are limited; 0 a minute is no limit. */
export async function createLimiter(server: FastifyInstance, perMinute: number): Promise<Limit | null> {
  if (perMinute === 0) return null
  await server.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: WINDOW_MS,
    cache: ADDRESSES,
    keyGenerator: (request) => normalizeIP(request.client.address, IPV6_BITS),
  })
  const count = server.createRateLimit()
  return async (request) => {
    const state = await count(request)
    if (state.isAllowed) return NO_HEADERS
    const headers = {
      'x-ratelimit-limit': String(state.max),
      'x-ratelimit-remaining': String(state.remaining),
      'x-ratelimit-reset': String(state.ttlInSeconds),
    }
    if (!state.isExceeded) return Object.entries(headers).flat()
    throw new ApiError('RATE_LIMITED', limitMessage(state.max, state.ttlInSeconds), {
      headers: { ...headers, 'retry-after': String(state.ttlInSeconds) },
    })
  }
}

const limitMessage = (max: number, seconds: number): string =>
  `${ERRORS.RATE_LIMITED.error}: ${max} requests a minute. Try again in ${seconds} s.`
