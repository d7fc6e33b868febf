import type { Change } from '../database/database.ts'

/** The database has the index of the log of another node. Two that wrote to one index would take each other's messages for their own. */
export class IndexOfAnother extends Error {
  override readonly name = 'IndexOfAnother'
  /** Whose it is. */
  readonly node: string

  constructor(node: string) {
    super(`the index is that of the node ${node}`)
    this.node = node
  }
}

/** The first to ask has the index from then on. Resolves to whose it is. */
export const claimIndexChange: Change<{ readonly node: string }, string> = {
  name: 'store.claim-index',
  durable: true,
  async run(tx, { node }) {
    const known = await tx.get<{ node: string }>('SELECT node FROM index_owner')
    if (known !== undefined) return known.node
    await tx.run('INSERT INTO index_owner (one, node) VALUES (1, ?)', node)
    return node
  },
}
