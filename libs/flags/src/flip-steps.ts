// A flip that moves data, in the ledger (states) and on the way (steps of its driver, which is the mover):
//
//   ordered ──hold──► held ── giveUp ─ applied ─ open ──record──► done ── acknowledge
//      │                │            before open │
//      └───abandon──────┴────────── close ─ reopen ──abandon──► abandoned

/** A flip that moves no data is `done` at once. */
export const FLIP_STATES = ['ordered', 'held', 'done', 'abandoned'] as const
export type FlipState = (typeof FLIP_STATES)[number]

/** Everything a driver does, on the way and on the way back, in order. What is to be killed at every step is made from it. */
export const FLIP_STEPS = [
  'hold',
  'giveUp',
  'applied',
  'open',
  'record',
  'acknowledge',
  'close',
  'reopen',
  'abandon',
] as const
export type FlipStep = (typeof FLIP_STEPS)[number]
