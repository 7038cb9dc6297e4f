import type { Side } from '@emotibot/contracts'
import type { FlipStep } from '@emotibot/flags'
import type { Logger } from '@emotibot/service-kit'

export type StepDone = {
  readonly domain: string
  /** Null: of a gap whose flip is not open any more. */
  readonly flip: string | null
  readonly step: FlipStep
  readonly ms: number
  readonly outcome: string
}

export type FlipEnded = {
  readonly domain: string
  readonly flip: string
  readonly outcome: 'done' | 'abandoned'
  readonly reason: string | null
  /** From the hold to the last look; null when nobody was held. */
  readonly heldMs: number | null
}

export type Contradicted = { readonly domain: string; readonly flip: string; readonly step: FlipStep }

/** Said once, until it is otherwise: the same is found many times a second. */
export function createFlipEvents(logger: Logger) {
  const said = new Set<string>()
  const sayOnce = (what: string, say: () => void): void => {
    if (!said.has(what)) say()
    said.add(what)
  }

  return {
    flipStep: (fields: StepDone) => logger.info(fields, 'a step of a flip'),
    flipEnded: (fields: FlipEnded) => logger.info(fields, 'a flip ended'),
    flipContradicted: (fields: Contradicted) =>
      logger.error(fields, 'the ledger ended a flip otherwise than the stores: order it again'),
    flipFault: (domain: string, err: unknown) =>
      logger.warn({ domain, err }, 'a step of a flip failed: looking again'),
    ledgerAway: (domain: string, err: unknown) =>
      sayOnce(`ledger ${domain}`, () => logger.warn({ domain, err }, 'the ledger is away: no flip begins')),
    ledgerThere: (domain: string) => {
      if (said.delete(`ledger ${domain}`)) logger.info({ domain }, 'the ledger is there again')
    },
    storeAway: (domain: string, side: Side, err: unknown) =>
      sayOnce(`${side} ${domain}`, () =>
        logger.warn({ domain, side, err }, 'a store is away: flips are taken back where they can be'),
      ),
    storeThere: (domain: string, side: Side) => {
      if (said.delete(`${side} ${domain}`)) logger.info({ domain, side }, 'the store is there again')
    },
    odd: (domain: string, groups: readonly string[]) =>
      sayOnce(`odd ${domain}`, () =>
        logger.error(
          { domain, groups },
          'authority rows of both stores do not fit together, and need a person',
        ),
      ),
  }
}
