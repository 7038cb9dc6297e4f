import {
  type AbortedFlip,
  type CarveOutStatus,
  type CarveOuts,
  controlRoutes,
  type FlipRequest,
  type Receipt,
  type RollbackRequest,
  type Stage,
  type Status,
} from '@emotibot/contracts'

type Operated = { readonly control: string; readonly operatorToken: string }

/** What the migration team does, through the control API, as an operator. Each throws with every reason when it is refused. */
export function createOperator({ control, operatorToken }: Operated) {
  async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const answer = await fetch(new URL(path, control), {
      ...init,
      headers: { authorization: `Bearer ${operatorToken}`, 'content-type': 'application/json' },
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text) as unknown
  }
  const post = (path: string, body: unknown) => ask(path, { method: 'POST', body: JSON.stringify(body) })

  return {
    status: async () => (await ask(controlRoutes.status.path)) as Status,
    flip: async (names: readonly string[], to: Stage, share?: number) => {
      const body: FlipRequest = { names: [...names], to, ...(share === undefined ? {} : { share }) }
      return (await post(controlRoutes.flip.path, body)) as Receipt
    },
    rollback: async (request: RollbackRequest) =>
      (await post(controlRoutes.rollback.path, request)) as Receipt,
    abort: async (flip: string) =>
      (await post(controlRoutes.abort.path.replace(':flip', flip), {})) as AbortedFlip,
    carveOuts: async () => (await ask(controlRoutes.carveOuts.path)) as CarveOuts,
    /** Begins it, and does not wait for its end. */
    backfill: async (domain: string) =>
      (await post(controlRoutes.backfill.path.replace(':domain', domain), {})) as CarveOutStatus,
    /** Begins it, and does not wait for its end. */
    verify: async (domain: string) =>
      (await post(controlRoutes.verify.path.replace(':domain', domain), {})) as CarveOutStatus,
  }
}
export type Operator = ReturnType<typeof createOperator>
