import type { RunningApp } from '../apps/running-app.ts'
import { type Facade, type FacadeOptions, startFacade } from '../apps/start-facade.ts'
import type { Monolith } from '../apps/start-monolith.ts'
import type { Services } from './start-services.ts'
import type { Keeper, StackOptions } from './start-stack.ts'

export type FacadesContext = Pick<Keeper, 'kept'> &
  Services & {
    readonly monolith: Monolith
    readonly ai: RunningApp
    readonly ledgerUrl: string
    /** Of the first, as services were told. */
    readonly internalPort: number
  }

/** As many as are asked for, on one ledger. */
export async function startFacades(
  { processes = false, env = {}, facades: count = 1 }: StackOptions,
  { kept, internalPort, monolith, ai, ledgerUrl, ...services }: FacadesContext,
): Promise<[Facade, ...Facade[]]> {
  const own = { processes, env: env.facade ?? {} }
  const common = { ...own, monolith, ai, ledgerUrl, ...withoutNulls(services) }
  const first = await kept(startFacade({ ...common, internalPort }))
  const others = await Promise.all(Array.from({ length: count - 1 }, () => kept(startFacade(common))))
  return [first, ...others]
}

function withoutNulls({
  auth,
  emotion,
  conversation,
  mover,
}: Services): Pick<FacadeOptions, 'auth' | 'emotion' | 'conversation' | 'mover'> {
  return {
    emotion,
    ...(auth ? { auth } : {}),
    ...(conversation ? { conversation } : {}),
    ...(mover ? { mover } : {}),
  }
}
