// @ts-check
import { byId } from './dom.js'

/** Buttons that open a dialog name it: `data-open="help"`; `data-close` closes the one it is in. */
export function wireDialogs() {
  for (const button of document.querySelectorAll('[data-close]')) {
    button.addEventListener('click', () => button.closest('dialog')?.close())
  }
  document.addEventListener('click', ({ target }) => {
    const name = target instanceof Element ? target.closest('[data-open]')?.getAttribute('data-open') : null
    if (name) byId(name, HTMLDialogElement).showModal()
  })
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return
    if (event.key === '?' && !document.querySelector('dialog[open]'))
      byId('keys', HTMLDialogElement).showModal()
  })
}

/** Whether a key press belongs to a field. @param {EventTarget | null} target */
export function isField(target) {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable]') !== null
}

/**
 * Asks before something that cannot be undone, or for a name. Answers null when the person would rather not, else the
 * text of the field ('' where there is none).
 * @param {{ title: string, text?: string, yes: string, isDanger?: boolean, field?: { label: string, value: string } }} question
 * @returns {Promise<string | null>}
 */
export function ask({ title, text = '', yes, isDanger = false, field }) {
  const dialog = byId('question', HTMLDialogElement)
  const answer = byId('question-answer', HTMLInputElement)
  const button = byId('question-yes', HTMLButtonElement)
  byId('question-title', HTMLElement).textContent = title
  byId('question-text', HTMLElement).textContent = text
  byId('question-text', HTMLElement).hidden = text === ''
  byId('question-field', HTMLElement).hidden = field === undefined
  byId('question-label', HTMLElement).textContent = field?.label ?? ''
  answer.value = field?.value ?? ''
  answer.required = field !== undefined
  button.textContent = yes
  button.classList.toggle('danger', isDanger)
  dialog.returnValue = ''
  dialog.showModal()
  if (field) answer.select()
  return new Promise((resolve) => {
    dialog.addEventListener(
      'close',
      () => resolve(dialog.returnValue === 'yes' ? answer.value.trim() : null),
      { once: true },
    )
  })
}
