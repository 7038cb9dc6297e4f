// @ts-check
// Loaded before the first paint, so that a dark room stays dark.
import { browserStorage, createKept } from './storage.js'

const NAME = 'emotibot.theme'
const kept = createKept(browserStorage())

/** @returns {string} `system`, `light` or `dark` */
export function theme() {
  return kept.get(NAME) ?? 'system'
}

/** @param {string} chosen */
export function setTheme(chosen) {
  kept.set(NAME, chosen)
  document.documentElement.dataset['theme'] = chosen
}

document.documentElement.dataset['theme'] = theme()
