/** Buckets are whole percents. */
export const BUCKETS = 100

const encoder = new TextEncoder()

/**
 * The bucket, 0 to 99, of a partition. It depends on the partition only, so one user has one bucket on every
 * route, and on nothing that changes, so a growing share never moves anyone back.
 *
 * The algorithm is part of the contract between processes, in whatever language: FNV-1a (32 bit) over the UTF-8
 * bytes, then the finalizer of MurmurHash3 (`fmix32`), then modulo 100.
 */
export function bucketOf(partition: string): number {
  return mix(hashOf(encoder.encode(partition))) % BUCKETS
}

/** FNV-1a alone: similar names get similar low bits, hence `mix`. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash
}

function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
