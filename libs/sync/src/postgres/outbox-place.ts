import { type Place, startOf } from '../position.ts'

/** As text that sorts, within one store, in the order of its feed: `store.xid.seq`, padded. */
export function encodeOutboxPlace({ store, xid, seq }: Place): string {
  return `${store}.${xid.padStart(20, '0')}.${String(seq).padStart(19, '0')}`
}

const PLACE = /^(\w+)\.(\d{20})\.(\d{19})$/

/** The empty text is the beginning of `own`. Throws RangeError for what `encodeOutboxPlace` did not write. */
export function decodeOutboxPlace(text: string, own: string): Place {
  if (text === '') return startOf(own)
  const [, store, xid, seq] = PLACE.exec(text) ?? []
  if (!store || !xid || !seq) throw new RangeError(`"${text}" is no place in a feed.`)
  return { store, xid: String(BigInt(xid)), seq: Number(seq), anchor: null }
}
