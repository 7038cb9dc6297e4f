// @ts-check

/**
 * An element the page must have.
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id)
  if (found instanceof kind) return found
  throw new TypeError(`The page has no ${kind.name} with the id "${id}".`)
}

/**
 * A new element. Text goes in as text, never as markup.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {{ text?: string, className?: string, attributes?: Record<string, string> }} [looks]
 * @param {...Node} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, { text, className, attributes = {} } = {}, ...children) {
  const made = document.createElement(tag)
  if (className) made.className = className
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  if (text !== undefined) made.textContent = text
  made.append(...children)
  return made
}

const SVG = 'http://www.w3.org/2000/svg'

/**
 * One of the faces, decorative: the word stands beside it.
 * @param {string} name
 */
export function makeFace(name) {
  const svg = document.createElementNS(SVG, 'svg')
  const use = document.createElementNS(SVG, 'use')
  svg.setAttribute('class', 'face')
  svg.setAttribute('aria-hidden', 'true')
  use.setAttribute('href', faceUrl(name))
  svg.append(use)
  return svg
}

/** @param {string} name */
export function faceUrl(name) {
  return `/assets/faces.svg#${name}`
}
