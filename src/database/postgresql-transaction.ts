import type { PoolClient, QueryConfig } from 'pg'
import type { Row, SqlValue, Transaction } from './database.ts'
import { toPostgresql } from './dialect.ts'
import { checkParameter } from './parameters.ts'

/** Statement texts that get a name and so are parsed once per connection. Past this many, texts are taken for one-offs (lists of any length). */
const maxNamed = 1000
const names = new Map<string, string>()

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known !== undefined || names.size >= maxNamed) return known
  const name = `posthorn_${names.size + 1}`
  names.set(text, name)
  return name
}

/** Statements of one transaction on one connection. A statement after its end, or after a failed one, does not reach the server. */
export class PostgresqlTransaction implements Transaction {
  readonly #client: PoolClient
  #failure: { readonly thrown: unknown } | undefined
  #over = false

  constructor(client: PoolClient) {
    this.#client = client
  }

  async get<R = Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<R | undefined> {
    return (await this.#do(sql, parameters)).rows[0] as R | undefined
  }

  async all<R = Row>(sql: string, ...parameters: readonly SqlValue[]): Promise<R[]> {
    return (await this.#do(sql, parameters)).rows as R[]
  }

  async run(sql: string, ...parameters: readonly SqlValue[]): Promise<number> {
    return (await this.#do(sql, parameters)).rowCount ?? 0
  }

  end(): void {
    this.#over = true
  }

  /** @throws what its first failed statement threw, for a `run` that caught that */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown
  }

  async #do(sql: string, parameters: readonly SqlValue[]) {
    if (this.#over) throw new Error('a statement after the end of its transaction: something in run was not awaited')
    this.throwIfFailed()
    try {
      parameters.forEach(checkParameter)
      const text = toPostgresql(sql)
      const name = nameOf(text)
      const query: QueryConfig = { text, values: [...parameters] }
      return await this.#client.query(name === undefined ? query : { ...query, name })
    } catch (thrown) {
      this.#failure ??= { thrown }
      throw thrown
    }
  }
}
