import {
  controlRoutes,
  type FlipRequest,
  type Receipt,
  type RollbackRequest,
  type Stage,
  type Status,
} from '@emotibot/contracts'

type Operated = { readonly control: string; readonly operatorToken: string }

/** Flips and rolls back through the control API, as an operator. */
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
    /** Throws with every reason when the flip is refused. */
    flip: async (names: readonly string[], to: Stage, share?: number) => {
      const body: FlipRequest = { names: [...names], to, ...(share === undefined ? {} : { share }) }
      return (await post(controlRoutes.flip.path, body)) as Receipt
    },
    rollback: async (request: RollbackRequest) =>
      (await post(controlRoutes.rollback.path, request)) as Receipt,
  }
}
export type Operator = ReturnType<typeof createOperator>
