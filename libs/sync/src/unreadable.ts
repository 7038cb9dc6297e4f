/** Stands for a row whose key the other store cannot hold: there is one, and it cannot be told which. */
export class UnreadableRow {
  readonly reason: string

  constructor(key: string) {
    this.reason = `key: the bytes ${key.slice(1)} are no text that both stores can hold`
  }
}
