import type { TransactionSql } from '@emotibot/db'
import type { GoodEvent } from './check-event.ts'
import type { EventContext, EventHandlers } from './inbox.ts'

type Handled = { readonly source: string; readonly event: GoodEvent }

/** One without a handler is not this consumer's business, and is done. */
export async function handleEvent(
  tx: TransactionSql,
  handlers: EventHandlers,
  { source, event }: Handled,
): Promise<void> {
  const { event_id, partition, occurred_at } = event.envelope
  const context = { source, event_id, partition, occurred_at }
  // Name and data were checked together.
  const handle = handlers[event.name] as LooseHandler | undefined
  await handle?.(tx, event.data, context)
}

type LooseHandler = (tx: TransactionSql, data: unknown, context: EventContext) => Promise<unknown>
