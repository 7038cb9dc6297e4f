/**
 * Which process of a service relays to a consumer, and how far it has come; in the service's own database. The lead is a
 * lease by the database's clock: a process that dies or freezes is followed by another when it ends. Two that both believe
 * to lead do no harm, for batches come at least once anyway.
 */
export type RelayKeeper = {
  /** Takes the lead, or keeps it for as long again. Null while another process has it. */
  lead(consumer: string): Promise<{ readonly place: string } | null>
  /** False when the lead was lost meanwhile: then nothing is kept. */
  keep(consumer: string, place: string): Promise<boolean>
  /** Lets another process lead at once. */
  release(consumer: string): Promise<void>
}
