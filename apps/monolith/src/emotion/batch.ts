import { setImmediate as nextTurn } from 'node:timers/promises'
import { BATCH_ITEM_ERROR, type BatchResult, MessageText } from '@emotibot/contracts'
import { createCheck } from '@emotibot/service-kit'
import { analyze } from './analyze.ts'

/** How long a batch may keep everybody else in this process waiting at a stretch. */
const SLICE_MS = 5

const isMessageText = createCheck(MessageText)

/** Analyzes texts in order; a bad one costs only its own result. */
export async function analyzeBatch(texts: readonly unknown[]): Promise<BatchResult[]> {
  const results: BatchResult[] = []
  let sliceStartMs = performance.now()
  for (const [index, text] of texts.entries()) {
    results.push(resultOf(index, text))
    if (performance.now() - sliceStartMs < SLICE_MS) continue
    await nextTurn()
    sliceStartMs = performance.now()
  }
  return results
}

function resultOf(index: number, text: unknown): BatchResult {
  return isMessageText(text) ? { index, analysis: analyze(text) } : { index, error: { ...BATCH_ITEM_ERROR } }
}
