import { join } from 'node:path'
import { createFolder, createOldFile } from '@emotibot/testkit'
import { addLegacyTurns } from './legacy-turns.ts'

/** Known to the scenarios, which sign tokens of their own with it: expired ones, for instance. */
export const PARITY_SECRET = 'the secret every side of a parity run signs with'

/** A reply that somebody watches is written without pauses: what is compared is its text. */
export const SETTINGS = { EMOTIBOT_REPLY_PACE_MS: '0', LEGACY_JWT_SECRET: PARITY_SECRET }

/** Of services that ask others: on a busy machine what comes late is no difference. */
export const PATIENT = { EMOTIBOT_EMOTION_DEADLINE_MS: '10000' }
export const PATIENT_SENDS = { ...PATIENT, EMOTIBOT_REPLY_WAIT_MS: '10000' }

/** People whom the first EmotiBot knew: every target has them, with hashes that passlib made. Ole has said a lot. */
export const LENA = {
  id: '5d1f2a64-0c1e-4b6f-9a3d-0e7c1b2a3f4d',
  username: 'Lena Östlund',
  email: 'Lena Östlund@old.example',
  password: 'gammalt lösenord',
} as const
export const OLE = {
  id: '6e2f3b75-1d2f-4c70-8b4e-1f8d2c3b4a5e',
  username: 'Ole',
  email: 'Ole@old.example',
  password: 'gammelt ord',
} as const

/** An old EmotiBot's file with them in it, in a folder of its own. */
export function createParityFile(): { readonly file: string; remove(): void } {
  const folder = createFolder('parity')
  const file = join(folder.path, 'old.sqlite')
  createOldFile(file, [LENA, OLE], [])
  addLegacyTurns(file, OLE.id)
  return { file, remove: () => folder.remove() }
}
