import Type from 'typebox'
import { defineRoute } from '../route.ts'
import { closed, Email, LoginName, Password, Username } from '../schemas/primitives.ts'
import { User } from '../schemas/user.ts'

const auth = { domain: 'auth' } as const
const userVolatile = ['user.user_id', 'user.created_at', 'user.updated_at'] as const

export const authRoutes = {
  'auth.register': defineRoute({
    ...auth,
    key: 'auth.register',
    method: 'POST',
    path: '/api/auth/register',
    effect: 'write',
    group: 'auth.claim',
    access: 'public',
    partition: 'body.username',
    summary: 'Create an account. Names and e-mails are unique by their fold, across both.',
    body: Type.Object({ username: Username, email: Email, password: Password }, closed),
    secrets: ['password'],
    retry: 'keyed',
    success: {
      201: {
        description: 'The account.',
        schema: Type.Object({ message: Type.String(), user: User }, closed),
      },
    },
    errors: ['BAD_REQUEST', 'DUPLICATE_USER', 'IDEMPOTENCY_MISMATCH', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: userVolatile },
  }),

  'auth.login': defineRoute({
    ...auth,
    key: 'auth.login',
    method: 'POST',
    path: '/api/auth/login',
    effect: 'write',
    group: 'auth',
    access: 'public',
    partition: 'body.username',
    summary: 'Sign in by username or e-mail. Sets the session cookie.',
    body: Type.Object({ username: LoginName, password: Password }, closed),
    secrets: ['password'],
    success: {
      200: {
        description: 'A token for programs; the same token is in the cookie.',
        schema: Type.Object(
          {
            message: Type.String(),
            access_token: Type.String(),
            token_type: Type.Literal('bearer'),
            user: User,
          },
          closed,
        ),
      },
    },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: ['access_token', ...userVolatile] },
  }),

  'auth.logout': defineRoute({
    ...auth,
    key: 'auth.logout',
    method: 'POST',
    path: '/api/auth/logout',
    effect: 'write',
    group: 'auth',
    access: 'user',
    summary: 'Revoke this session and clear the cookie.',
    success: { 204: { description: 'Signed out.', schema: null } },
    errors: ['UNAUTHENTICATED', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: [] },
  }),

  'auth.logout_all': defineRoute({
    ...auth,
    key: 'auth.logout_all',
    method: 'POST',
    path: '/api/auth/logout-all',
    effect: 'write',
    group: 'auth',
    access: 'user',
    summary: "Revoke every session of this user, and clear this browser's cookie.",
    success: { 204: { description: 'Signed out everywhere.', schema: null } },
    errors: ['UNAUTHENTICATED', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: [] },
  }),

  'auth.me': defineRoute({
    ...auth,
    key: 'auth.me',
    method: 'GET',
    path: '/api/auth/me',
    effect: 'read',
    access: 'user',
    renews: true,
    summary:
      'Who is signed in. A cookie whose token is past its hour is taken while its session lives, and renewed: ask here after a 401.',
    success: { 200: { description: 'The user.', schema: Type.Object({ user: User }, closed) } },
    errors: ['UNAUTHENTICATED'],
    parity: { compare: 'json', volatile: userVolatile },
  }),

  'auth.password': defineRoute({
    ...auth,
    key: 'auth.password',
    method: 'PUT',
    path: '/api/auth/password',
    effect: 'write',
    group: 'auth',
    access: 'user',
    summary: 'Change the password. Every other session of this user is revoked; this one goes on.',
    body: Type.Object({ current_password: Password, new_password: Password }, closed),
    secrets: ['current_password', 'new_password'],
    success: {
      200: { description: 'Changed.', schema: Type.Object({ message: Type.String() }, closed) },
    },
    errors: ['BAD_REQUEST', 'UNAUTHENTICATED', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: [] },
  }),

  'auth.delete': defineRoute({
    ...auth,
    key: 'auth.delete',
    method: 'DELETE',
    path: '/api/auth/me',
    effect: 'command',
    access: 'user',
    summary: 'Delete this account and everything it wrote, in every store.',
    success: { 204: { description: 'Deleted.', schema: null } },
    errors: ['UNAUTHENTICATED', 'FORBIDDEN_ORIGIN'],
    parity: { compare: 'json', volatile: [] },
  }),
}
