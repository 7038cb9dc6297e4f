import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createServiceToken, verifyServiceToken } from './service-token.ts'

const secret = 'shared by all processes'
const call = { secret, caller: 'facade', audience: 'auth' }
const check = { secret, audience: 'auth' }

describe('a service token', () => {
  it('says who calls', async () => {
    expect(await verifyServiceToken(await createServiceToken(call), check)).toEqual({ caller: 'facade' })
  })

  it.each([
    ['for another audience', { ...check, audience: 'conversation' }],
    ['under another secret', { ...check, secret: 'another' }],
    ['from one who may not call', { ...check, callers: ['mover'] }],
  ])('is refused %s', async (_why, wrong) => {
    const token = await createServiceToken(call)
    await expect(verifyServiceToken(token, wrong)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('is refused past its time', async () => {
    const token = await createServiceToken({ ...call, lifetimeSeconds: -1 })
    await expect(verifyServiceToken(token, check)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('is never made for more than five minutes', async () => {
    await expect(createServiceToken({ ...call, lifetimeSeconds: 301 })).rejects.toThrow(/300 s at most/)
  })

  it.each(['', 'a.b.c', 'null'])('is not %j', async (token) => {
    await expect(verifyServiceToken(token, check)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it("is not a user's token signed with the same secret", async () => {
    const token = await new SignJWT({ iss: 'facade', aud: 'auth', jti: '1' })
      .setProtectedHeader({ alg: 'HS256', typ: 'emotibot-service+jwt' })
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(new TextEncoder().encode(secret))
    await expect(verifyServiceToken(token, check)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
