import { isDeepStrictEqual } from 'node:util'
import type { AnyEntity, EntityKey } from './entity.ts'

/** What one key is on both sides; null where it has no row. */
export type Pair = EntityKey & { readonly legacy: unknown; readonly service: unknown }

export type DifferenceKind =
  | 'missing at the monolith'
  | 'missing at the service'
  | 'different'
  | 'not mappable'

/** Null when each side is what the mapping makes of the other. */
export function compareRows(entity: AnyEntity, { legacy, service }: Pair): DifferenceKind | null {
  if (legacy === null && service === null) return null
  if (service === null) return 'missing at the service'
  try {
    if (legacy === null) return entity.back(service, null) === null ? null : 'missing at the monolith'
    const isSame =
      isDeepStrictEqual(entity.forward(legacy, service), service) &&
      isDeepStrictEqual(entity.back(service, legacy), legacy)
    return isSame ? null : 'different'
  } catch {
    return 'not mappable'
  }
}
