import { Readable } from 'node:stream'
import type { Handler } from '@emotibot/service-kit'
import { EXPORT_FORMATS_BY_NAME } from '../export/export-formats.ts'
import { exportPieces } from '../export/export-pieces.ts'
import { findUser } from '../export/find-user.ts'
import type { RouteDeps } from './deps.ts'

/** Which parts of an answer are makeshifts, and why. */
const FALLBACK_HEADER = 'emotibot-fallback'

export function exportRoute({ store, askUser, now }: RouteDeps): Handler<'conversation.export'> {
  return async ({ identity, query, request }) => {
    const format = EXPORT_FORMATS_BY_NAME[query.format ?? 'json']
    const { user, isWhole } = await findUser(askUser, identity, request)
    const head = { user, exportedAt: new Date(now()).toISOString() }
    const pieces = exportPieces(store, { head, userId: identity.claims.sub }, format)
    return {
      status: 200,
      body: Readable.from(pieces, { objectMode: false }),
      headers: {
        'content-type': format.contentType,
        'content-disposition': `attachment; filename="${format.fileName}"`,
        ...(isWhole ? {} : { [FALLBACK_HEADER]: 'user=token' }),
      },
    }
  }
}
