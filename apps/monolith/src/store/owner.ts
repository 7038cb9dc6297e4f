import { fold } from '@emotibot/contracts'
import type { Identity } from '@emotibot/service-kit'

/** Whose a row is. The key stays known when the user is gone, and is the partition that the row's writes are for. */
export type Owner = { readonly userId: string; readonly ownerKey: string }

export function ownerOf({ claims }: Identity): Owner {
  return { userId: claims.sub, ownerKey: fold(claims.username) }
}
