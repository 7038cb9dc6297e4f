// What a batch and an event must be before anybody acts on them. Pure.
import { createHash } from 'node:crypto'
import { EVENTS, EventBatch, type EventData, EventEnvelope, type EventName } from '@emotibot/contracts'
import Type, { type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** A batch whose events are looked at one by one: a bad one is no reason to refuse its neighbours. */
const LooseBatch = Type.Object(
  { ...EventBatch.properties, events: Type.Array(Type.Unknown(), { maxItems: 500 }) },
  { additionalProperties: false },
)
export type LooseBatch = Static<typeof LooseBatch>

export function checkBatch(input: unknown): LooseBatch | { readonly reason: string } {
  if (!Value.Check(LooseBatch, input))
    return { reason: `not a batch of events: ${firstFault(LooseBatch, input)}` }
  const { source, after, upTo } = input
  if (source === '') return { reason: 'not a batch of events: its source has no name' }
  return [source, after, upTo, JSON.stringify(input.places)].some(isUnstorable)
    ? { reason: 'not a batch of events: source or places hold U+0000' }
    : input
}

/** As itself, or as JSON writes it: jsonb takes neither. */
const isUnstorable = (text: string): boolean => hasNul(text) || text.includes('\\u0000')

/** A good event is known by its name, and its data is what that name says. */
export type GoodEvent = {
  readonly [N in EventName]: {
    readonly isGood: true
    readonly id: string
    readonly name: N
    readonly envelope: EventEnvelope
    readonly data: EventData<N>
  }
}[EventName]

export type BadEvent = {
  readonly isGood: false
  /** Its own, or made from what it says when it has none. */
  readonly id: string
  readonly name: string
  readonly reason: string
  readonly given: unknown
}
export type CheckedEvent = GoodEvent | BadEvent

export function checkEvent(given: unknown): CheckedEvent {
  const refuse = (reason: string): BadEvent => ({ isGood: false, ...nameOf(given), reason, given })
  if (!Value.Check(EventEnvelope, given)) return refuse(`malformed: ${firstFault(EventEnvelope, given)}`)
  if (hasNul(given.event_id)) return refuse('malformed: its event_id holds U+0000')
  const { name, data, event_id: id } = given
  if (!isEventName(name)) return refuse(unknownName(name))
  if (!Value.Check(EVENTS[name], data)) return refuse(`malformed data: ${firstFault(EVENTS[name], data)}`)
  return { isGood: true, id, name, envelope: given, data } as GoodEvent
}

const isEventName = (name: string): name is EventName => Object.hasOwn(EVENTS, name)

function unknownName(name: string): string {
  const family = name.replace(/\.v\d+$/, '')
  const known = Object.keys(EVENTS).filter((one) => one.replace(/\.v\d+$/, '') === family)
  return known.length > 0 ? `unknown version: only ${known.join(', ')} is known here` : 'unknown event'
}

function nameOf(given: unknown): { readonly id: string; readonly name: string } {
  const { event_id: id, name } = (typeof given === 'object' && given !== null ? given : {}) as Partial<
    Record<'event_id' | 'name', unknown>
  >
  const hasId = typeof id === 'string' && id !== '' && id.length <= 200 && !hasNul(id)
  const print = createHash('sha256')
    .update(JSON.stringify(given) ?? '')
    .digest('hex')
    .slice(0, 16)
  return {
    id: hasId ? id : `malformed-${print}`,
    name: typeof name === 'string' ? name.slice(0, 200).replaceAll('\0', '\uFFFD') : '',
  }
}

const hasNul = (text: string): boolean => text.includes('\0')

function firstFault(schema: TSchema, value: unknown): string {
  const [fault] = Value.Errors(schema, value)
  return fault ? `${fault.instancePath || 'it'} ${fault.message}` : 'no reason known'
}
