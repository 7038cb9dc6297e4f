// @ts-check

import { byId } from './dom.js'
import { isDraft } from './outbox.js'
import { badge } from './turn-element.js'

/** @import { Analysis, FrameIn } from '@emotibot/contracts' */
/** @import { Api } from './api.js' */
/** @import { Kept } from './storage.js' */

const PREVIEW_AFTER_MS = 400
const TYPING_EVERY_MS = 3_000
const PREVIEW_SWITCH = 'emotibot.preview'

/**
 * Whether a key press sends. Not while an input method composes (its Enter picks a word), and not on a touch screen,
 * where Enter is the only way to a new line.
 * @param {Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>} event
 * @param {boolean} isTouch
 */
export function isSendKey({ key, shiftKey, isComposing, keyCode }, isTouch) {
  return key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229 && !isTouch
}

/**
 * What a person may have typed as the contract takes it: no lone surrogates, no U+0000, no space around.
 * @param {string} typed
 */
export function cleanText(typed) {
  return typed.toWellFormed().replaceAll('\u0000', '').trim()
}

/** @param {Kept} kept */
export function isPreviewOn(kept) {
  return kept.get(PREVIEW_SWITCH) !== 'off'
}

/** @param {Kept} kept @param {boolean} isOn */
export function switchPreview(kept, isOn) {
  kept.set(PREVIEW_SWITCH, isOn ? 'on' : 'off')
}

/**
 * The message box: sends, keeps drafts, and asks for previews.
 * @param {{ api: Pick<Api, 'analyze'>, kept: Kept, owner: string | null, onSend: (text: string) => void, tell: (frame: FrameIn) => boolean }} options
 */
export function createComposer({ api, kept, owner, onSend, tell }) {
  const form = byId('composer', HTMLFormElement)
  const box = byId('message', HTMLTextAreaElement)
  const preview = byId('preview', HTMLElement)
  const touch = window.matchMedia('(pointer: coarse)')
  let draftName = ''
  let timer = 0
  let toldTypingAtMs = 0

  box.addEventListener('keydown', (event) => {
    if (!isSendKey(event, touch.matches)) return
    event.preventDefault()
    form.requestSubmit()
  })
  box.addEventListener('input', () => {
    keepDraft()
    fit()
    tellTyping()
    clearTimeout(timer)
    timer = window.setTimeout(askPreview, PREVIEW_AFTER_MS)
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = cleanText(box.value)
    box.focus()
    if (text === '') return
    box.value = ''
    keepDraft()
    fit()
    hidePreview()
    onSend(text)
  })

  /** @param {string} conversationId */
  function nameOf(conversationId) {
    return `emotibot.draft.${owner}.${isDraft(conversationId) ? 'new' : conversationId}`
  }

  function keepDraft() {
    if (owner === null) return
    if (box.value === '') kept.remove(draftName)
    else kept.set(draftName, box.value)
  }

  /** As tall as its text; the style sheet bounds it. Browsers with `field-sizing` do this by themselves. */
  function fit() {
    if (CSS.supports('field-sizing', 'content')) return
    box.style.height = 'auto'
    box.style.height = `${box.scrollHeight}px`
  }

  function tellTyping() {
    if (Date.now() - toldTypingAtMs < TYPING_EVERY_MS) return
    if (tell({ type: 'typing' })) toldTypingAtMs = Date.now()
  }

  /** By the live line where there is one, else by a call. */
  async function askPreview() {
    const text = cleanText(box.value)
    if (text === '' || !isPreviewOn(kept)) return hidePreview()
    if (tell({ type: 'preview', text })) return
    const analysis = await api.analyze(text).catch(() => null)
    if (analysis && text === cleanText(box.value)) showPreview(analysis)
  }

  /** @param {Pick<Analysis, 'emotion' | 'confidence'>} analysis */
  function showPreview({ emotion, confidence }) {
    if (cleanText(box.value) === '' || !isPreviewOn(kept)) return
    preview.replaceChildren('Preview: sounds ', badge({ detected_emotion: emotion, confidence }))
    preview.hidden = false
  }

  function hidePreview() {
    clearTimeout(timer)
    preview.hidden = true
  }

  return {
    focus: () => box.focus(),
    isEmpty: () => box.value === '',
    showPreview,
    hidePreview,
    /** The draft of a conversation, as it was left. @param {string} conversationId */
    openDraft(conversationId) {
      draftName = nameOf(conversationId)
      box.value = owner === null ? '' : (kept.get(draftName) ?? '')
      fit()
      hidePreview()
    },
    /** The open draft has become a conversation: what is being typed goes along. @param {string} conversationId */
    follow(conversationId) {
      if (owner !== null) kept.remove(draftName)
      draftName = nameOf(conversationId)
      keepDraft()
    },
    /** @param {string} text */
    begin(text) {
      box.value = text
      keepDraft()
      fit()
      box.focus()
    },
  }
}
/** @typedef {ReturnType<typeof createComposer>} Composer */
