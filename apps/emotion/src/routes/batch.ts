import { setImmediate as nextTurn } from 'node:timers/promises'
import { BATCH_ITEM_ERROR, type BatchResult, MessageText } from '@emotibot/contracts'
import { createCheck, type Handler } from '@emotibot/service-kit'
import { analyze } from '../analysis/analyze.ts'

/** Longest stretch in which a batch lets nobody else be answered. */
const SLICE_MS = 5
/** Short texts take microseconds; looking at the clock after each would cost as much. */
const TEXTS_PER_LOOK = 8

const isMessageText = createCheck(MessageText)

export const analyzeMany: Handler<'emotion.batch'> = async ({ body }) => {
  const results: BatchResult[] = []
  let sliceEndsMs = performance.now() + SLICE_MS
  for (const [index, text] of body.texts.entries()) {
    if (index % TEXTS_PER_LOOK === 0 && performance.now() > sliceEndsMs) {
      await nextTurn()
      sliceEndsMs = performance.now() + SLICE_MS
    }
    results.push(judge(index, text))
  }
  return { status: 200, body: { results } }
}

function judge(index: number, text: unknown): BatchResult {
  if (!isMessageText(text)) return { index, error: { ...BATCH_ITEM_ERROR } }
  return { index, analysis: analyze(text) }
}
