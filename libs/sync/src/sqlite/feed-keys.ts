// A feed key as JavaScript and the other store can hold it. A legacy id may be any bytes: what is not UTF-8, or holds
// U+0000, has no such text. It goes by its bytes in hexadecimal instead, behind U+E000, and no row is read for it: it is
// set aside at the other side by that name, with the reason, and everything else goes on.
const ODD = /^\uE000((?:[0-9A-F]{2})+)$/

/** Whether a text read from SQLite may stand for other bytes than its own. */
export const isSuspect = (text: string): boolean => /^\uE000|[\u0000\uFFFD]/.test(text)

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The name of a key of these bytes. */
export function nameKey(bytes: Uint8Array): string {
  try {
    const text = utf8.decode(bytes)
    if (!/^\uE000|\u0000/.test(text)) return text
  } catch {
    // Not UTF-8.
  }
  return `\uE000${Buffer.from(bytes).toString('hex').toUpperCase()}`
}

/** The bytes of a key that goes by them; null for an ordinary one. */
export function oddBytes(key: string): Buffer | null {
  const hex = ODD.exec(key)?.[1]
  return hex === undefined ? null : Buffer.from(hex, 'hex')
}
