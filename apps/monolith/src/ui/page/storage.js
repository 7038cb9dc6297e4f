// @ts-check

/**
 * What is kept on this device. A browser may forbid it (private windows, full disks): then it is kept in memory,
 * and only outliving a reload is lost.
 * @typedef {object} Kept
 * @property {(name: string) => string | null} get
 * @property {(name: string, value: string) => void} set
 * @property {(name: string) => void} remove
 * @property {(prefix: string) => string[]} names
 */

/**
 * @param {Storage | null} storage
 * @returns {Kept}
 */
export function createKept(storage) {
  /** @type {Map<string, string>} */
  const memory = new Map()
  /** @template T @param {() => T} attempt @param {T} otherwise */
  const trying = (attempt, otherwise) => {
    try {
      return attempt()
    } catch {
      return otherwise
    }
  }
  return {
    get: (name) => memory.get(name) ?? trying(() => storage?.getItem(name) ?? null, null),
    set(name, value) {
      memory.set(name, value)
      trying(() => {
        if (!storage) return
        storage.setItem(name, value)
        memory.delete(name)
      }, undefined)
    },
    remove(name) {
      memory.delete(name)
      trying(() => storage?.removeItem(name), undefined)
    },
    names(prefix) {
      const stored = trying(() => Object.keys(storage ?? {}), [])
      return [...new Set([...stored, ...memory.keys()])].filter((name) => name.startsWith(prefix))
    },
  }
}

/** The browser's own store, or null where it is forbidden. */
export function browserStorage() {
  try {
    return window.localStorage
  } catch {
    return null
  }
}
