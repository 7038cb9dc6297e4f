/** A row that has no place on the other side. It is set aside with this reason, never skipped. */
export class MappingError extends Error {
  constructor(column: string, problem: string) {
    super(`The column "${column}" ${problem}.`)
    this.name = 'MappingError'
  }
}
