import { SUGGESTIONS } from '@emotibot/contracts'
import type { Handler } from '@emotibot/service-kit'

export const suggestions: Handler<'ai.suggestions'> = () => ({
  status: 200,
  body: { suggestions: SUGGESTIONS },
})
