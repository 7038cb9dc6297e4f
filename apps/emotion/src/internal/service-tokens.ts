import { INTERNAL, ON_BEHALF_OF } from '@emotibot/contracts'
import { ApiError, carriedToken, verifyServiceToken } from '@emotibot/service-kit'

type Request = Parameters<typeof carriedToken>[0]

/** What other services send straight to this one names it as audience. Throws ApiError UNAUTHENTICATED for others. */
export async function requireCallOfUs(request: Request, secret: string): Promise<void> {
  await verifyServiceToken(carriedToken(request)?.token ?? '', { secret, audience: 'emotion' })
}

/** What comes through the facade's internal port, where `authorization` is the user's. Throws likewise. */
export async function requireInternalCall({ headers }: Request, secret: string): Promise<void> {
  const token = headers[ON_BEHALF_OF.token]
  if (typeof token !== 'string')
    throw new ApiError('UNAUTHENTICATED', 'This path is for our own processes: send a service token.')
  await verifyServiceToken(token, { secret, audience: INTERNAL })
}
