/**
 * Where one place lies against another of the same source. `elsewhere`: they are of two stores, and nothing can be said.
 * The empty place lies before all others.
 */
export function comparePlaces(one: string, other: string): 'before' | 'same' | 'after' | 'elsewhere' {
  if (one === other) return 'same'
  if (one === '' || other === '') return one === '' ? 'before' : 'after'
  if (storeOf(one) !== storeOf(other)) return 'elsewhere'
  return one < other ? 'before' : 'after'
}

const storeOf = (place: string): string => place.slice(0, Math.max(0, place.indexOf('.')))
