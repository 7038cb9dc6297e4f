// @ts-check

const MOST = 200

/**
 * The durable events this page has had, newest last, bounded: what `resume` tells the server, and how an event that
 * comes twice is known. An `event_id` is `<row id>.<revision>`; a lower revision of a row than one already had is old news.
 */
export function createSeenEvents(most = MOST) {
  /** @type {Set<string>} */
  const ids = new Set()
  /** @type {Map<string, number>} */
  const revisions = new Map()
  return {
    ids: () => [...ids],
    /**
     * Notes an event. False: it was seen before, or the row has moved on since.
     * @param {string} eventId
     */
    isNews(eventId) {
      if (ids.has(eventId)) return false
      ids.add(eventId)
      const { rowId, revision } = partsOf(eventId)
      const isNews = revision > (revisions.get(rowId) ?? 0)
      if (isNews) revisions.set(rowId, revision)
      for (const oldest of ids) {
        if (ids.size <= most) break
        ids.delete(oldest)
        revisions.delete(partsOf(oldest).rowId)
      }
      return isNews
    },
  }
}
/** @typedef {ReturnType<typeof createSeenEvents>} SeenEvents */

/** @param {string} eventId */
function partsOf(eventId) {
  const dot = eventId.lastIndexOf('.')
  return { rowId: eventId.slice(0, dot), revision: Number(eventId.slice(dot + 1)) }
}
