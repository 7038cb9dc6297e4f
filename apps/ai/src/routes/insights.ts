import { fold, POSITION_HEADER } from '@emotibot/contracts'
import type { Handler } from '@emotibot/service-kit'
import type { AskFelt } from '../insights/ask-felt.ts'
import { insightsOf } from '../insights/insights-of.ts'
import { whileClientStays } from './while-client-stays.ts'

export function insights(askFelt: AskFelt): Handler<'ai.insights'> {
  return ({ identity: { claims }, request }) =>
    whileClientStays(request, async (signal) => {
      const position = request.headers[POSITION_HEADER]
      const { turns } = await askFelt({
        user: claims.sub,
        partition: fold(claims.username),
        position: typeof position === 'string' ? position : undefined,
        requestId: request.id,
        signal,
      })
      return { status: 200, body: { insights: insightsOf(turns) } }
    })
}
