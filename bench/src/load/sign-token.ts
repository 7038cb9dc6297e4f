import { TOKEN_LIFETIME_SECONDS } from '@emotibot/contracts'
import { SignJWT } from 'jose'

export type User = { readonly id: string; readonly username: string; readonly email: string }

export type Signed = { readonly secret: string; readonly user: User; readonly sid: string }

/** A token of the monolith, which either side takes. */
export function signToken({ secret, user, sid }: Signed): Promise<string> {
  const { id: sub, username, email } = user
  const iat = Math.floor(Date.now() / 1_000)
  return new SignJWT({ sub, username, email, sid, iat, exp: iat + TOKEN_LIFETIME_SECONDS })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret))
}
