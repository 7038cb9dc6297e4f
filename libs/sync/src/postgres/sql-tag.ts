type Value = string | number | null
type Columns = Record<string, unknown>

/**
 * What runs a statement inside the transaction at hand: a postgres.js transaction is one; over drizzle it is
 * `(strings, ...values) => tx.execute(sql(strings, ...values))`.
 */
export type SqlTag = (strings: TemplateStringsArray, ...values: Value[]) => PromiseLike<readonly Columns[]>
