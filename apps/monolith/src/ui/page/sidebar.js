// @ts-check
import { byId } from './dom.js'

/** The list of conversations is a column where there is room, and a drawer over the page on a phone. */
export function createSidebar() {
  const chat = byId('chat', HTMLElement)
  const sidebar = byId('sidebar', HTMLElement)
  const opener = byId('open-sidebar', HTMLButtonElement)
  const talk = /** @type {HTMLElement} */ (chat.querySelector('.talk'))
  const narrow = window.matchMedia('(max-width: 47.99rem)')
  let isOpen = false

  function apply() {
    chat.classList.toggle('with-drawer', isOpen)
    sidebar.inert = narrow.matches && !isOpen
    talk.inert = narrow.matches && isOpen
    opener.setAttribute('aria-expanded', String(isOpen))
  }
  function close() {
    if (!isOpen) return
    isOpen = false
    apply()
    opener.focus()
  }
  opener.onclick = () => {
    isOpen = true
    apply()
    byId('close-sidebar', HTMLButtonElement).focus()
  }
  byId('close-sidebar', HTMLButtonElement).onclick = close
  narrow.addEventListener('change', apply)
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && !document.querySelector('dialog[open]')) close()
  })
  apply()
  return {
    close,
    open() {
      if (narrow.matches) opener.click()
    },
  }
}
