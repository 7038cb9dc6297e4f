// @ts-check

/**
 * The day a time falls on here, for comparing; a legacy time that cannot be read is a day of its own.
 * @param {string} time
 */
export function dayOf(time) {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : date.toDateString()
}

/**
 * A day as people say it.
 * @param {string} time
 * @param {Date} now
 */
export function dayLabel(time, now) {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return time
  const yesterday = new Date(now)
  yesterday.setDate(now.getDate() - 1)
  if (date.toDateString() === now.toDateString()) return 'Today'
  if (date.toDateString() === yesterday.toDateString()) return 'Yesterday'
  const isThisYear = date.getFullYear() === now.getFullYear()
  return new Intl.DateTimeFormat(undefined, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(date)
}

/** @param {string} time */
export function clockLabel(time) {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return time
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(date)
}
