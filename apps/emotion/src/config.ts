import { commonOptions } from '@emotibot/service-kit'

/** Nothing of its own: these routes need no store, no secret and no other service. */
export const configSchema = { ...commonOptions }
