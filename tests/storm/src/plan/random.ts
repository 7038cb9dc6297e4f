/** Choices that a seed repeats. */
export type Random = {
  /** 0 up to, and without, 1. */
  next(): number
  /** A whole number from `low` up to, and without, `high`. */
  between(low: number, high: number): number
  pick<T>(items: readonly T[]): T
  chance(of: number): boolean
  /** Another source, as repeatable, whose choices do not depend on how many were made here. */
  fork(name: string): Random
}

export function createRandom(seed: number, name = ''): Random {
  let state = seedOf(`${seed} ${name}`)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low))
  return {
    next,
    between,
    pick: <T>(items: readonly T[]): T => {
      const picked = items[between(0, items.length)]
      if (picked === undefined) throw new RangeError('There is nothing to pick from.')
      return picked
    },
    chance: (of) => next() < of,
    fork: (child) => createRandom(seed, `${name}/${child}`),
  }
}

/** FNV-1a, 32 bit. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return hash
}
