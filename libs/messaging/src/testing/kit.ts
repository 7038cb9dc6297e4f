import type { Inbox } from '../inbox/inbox.ts'
import type { Transport } from '../transport.ts'

/** One kind of transport on its real parts, for the suite that runs over all kinds. */
export type TransportKit = {
  /** Random runs of the suite: fewer where starting a process anew takes long. */
  readonly runs: number
  /** Before every stage: what was sent to the consumers of another does not reach those of this one. */
  renew(): void
  /** The sending end, as one process of the source has it. */
  openTransport(consumers: readonly string[]): Transport
  /** The receiving end, as one process of the consumer has it; it can be stopped and started again. */
  startConsumer(name: string, inbox: Inbox): Promise<Running>
  close(): Promise<void>
}

export type Running = { stop(): Promise<void> }
