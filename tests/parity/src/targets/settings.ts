import { join } from 'node:path'
import { createFolder, createOldFile } from '@emotibot/testkit'

/** Known to the scenarios, which sign tokens of their own with it: expired ones, for instance. */
export const PARITY_SECRET = 'the secret every side of a parity run signs with'

/** A reply that somebody watches is written without pauses: what is compared is its text. */
export const SETTINGS = { EMOTIBOT_REPLY_PACE_MS: '0', LEGACY_JWT_SECRET: PARITY_SECRET }

/** Of the ai service: on a busy machine an emotion that comes late is no difference. */
export const PATIENT = { EMOTIBOT_EMOTION_DEADLINE_MS: '10000' }

/** Somebody whom the first EmotiBot knew: every target has her, with a hash that passlib made. */
export const LENA = {
  id: '5d1f2a64-0c1e-4b6f-9a3d-0e7c1b2a3f4d',
  username: 'Lena Östlund',
  email: 'Lena Östlund@old.example',
  password: 'gammalt lösenord',
} as const

/** An old EmotiBot's file with her in it, in a folder of its own. */
export function createParityFile(): { readonly file: string; remove(): void } {
  const folder = createFolder('parity')
  const file = join(folder.path, 'old.sqlite')
  createOldFile(file, [LENA], [])
  return { file, remove: () => folder.remove() }
}
