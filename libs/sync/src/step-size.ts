const LEAST = 1
const MOST = 1_000

export type StepTime = { readonly tookMs: number; readonly budgetMs: number }

/** How many entries the next step may have, so that its transaction stays within the budget: falls fast, grows slowly. */
export function nextLimit(limit: number, { tookMs, budgetMs }: StepTime): number {
  if (tookMs > budgetMs) return Math.max(LEAST, Math.floor(limit / 2))
  return tookMs < budgetMs / 2 ? Math.min(MOST, limit + Math.ceil(limit / 4)) : limit
}
