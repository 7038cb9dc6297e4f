import { movableRoutes, type RouteDefinition, type RouteKey } from '@emotibot/contracts'
import { canVary, type GeneratedRequest, sampleRequests } from '@emotibot/testkit'
import { type Journey, type Person, textAt } from '../journey/journey.ts'
import { type Scenario, scenario } from '../journey/scenario.ts'

/** A scenario a route, of requests made from its schemas: half of them as they say, half with something wrong. */
export function generatedScenarios(seed: number, perRoute: number): Scenario[] {
  return movableRoutes
    .filter((route) => route.effect !== 'socket' && canVary(route))
    .map((route) => generatedScenario(route, sampleRequests(route, seed, perRoute)))
}

function generatedScenario(route: RouteDefinition, requests: readonly GeneratedRequest[]): Scenario {
  const key = route.key as RouteKey
  return scenario(`generated requests to ${key}`, [key], async (journey) => {
    const person = route.access === 'user' ? await journey.person() : undefined
    const ids = person && route.params ? await idsOf(journey, person) : {}
    for (const [at, request] of requests.entries()) {
      await journey.call(key, {
        ...(person ? { as: person } : {}),
        params: filledIn(request.params, ids),
        query: request.query,
        ...(request.body === null ? {} : { raw: request.body }),
        note: `generated ${at}`,
      })
    }
  })
}

type Ids = Readonly<Record<string, string>>

/** A conversation with a turn in it. */
async function idsOf({ call }: Journey, as: Person): Promise<Ids> {
  const created = await call('conversation.create', { as, body: {} })
  const id = textAt(created.json, 'conversation.id')
  const sent = await call('conversation.send', { as, params: { id }, body: { text: 'I am happy' } })
  return { id, turn_id: textAt(sent.json, 'turn.id') }
}

function filledIn(params: GeneratedRequest['params'], ids: Ids): Record<string, string> {
  const filled = Object.entries(params).map(([name, value]) => [name, value ?? ids[name] ?? 'nobody'])
  return Object.fromEntries(filled) as Record<string, string>
}
