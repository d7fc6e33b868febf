import test from 'node:test'
import { openTestSqlite } from '../../test/harness/database.ts'
import { eventually } from '../../test/harness/server.ts'
import { openTestStore } from '../../test/harness/store.ts'
import { type Database, DatabaseUnavailable } from '../database/database.ts'
import { positionQuery } from './position.ts'

test('after the database has come back its position is asked for until it says it', async (context) => {
  let returned = () => {}
  let asked = 0
  let failures = 0
  await openTestStore(context, async (test, options = {}) => {
    const { database } = await openTestSqlite(test, options)
    const query: Database['query'] = (one, args) => {
      if (one.name === positionQuery.name) asked++
      return one.name === positionQuery.name && failures-- > 0 ? Promise.reject(new DatabaseUnavailable('not yet')) : database.query(one, args)
    }
    return { ...database, query, onReturn: (listener) => void (returned = listener) }
  })
  asked = 0
  failures = 2
  returned()
  await eventually('it was asked until it answered', async () => (asked === 3 ? true : undefined))
})
