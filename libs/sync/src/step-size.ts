const LEAST = 1
const MOST = 2_000

export type StepTime = { readonly tookMs: number; readonly budgetMs: number }

/**
 * How many entries the next step may have, so that its transaction stays within the budget: falls fast, and grows fast only
 * far below it.
 */
export function nextLimit(limit: number, { tookMs, budgetMs }: StepTime): number {
  if (tookMs > budgetMs) return Math.max(LEAST, Math.floor(limit / 2))
  if (tookMs > budgetMs / 2) return limit
  return Math.min(MOST, tookMs < budgetMs / 4 ? limit * 2 : limit + Math.ceil(limit / 4))
}
