import type { Query } from '../../database/database.ts'
import { isWithin, type Named, type Reach } from '../reach.ts'

/** The first of several things that is not within reach; undefined: all are. */
export const outOfReach: Query<{ readonly reach: Reach; readonly named: readonly Named[] }, Named | undefined> = {
  name: 'directory.out-of-reach',
  async run(reader, { reach, named }) {
    for (const one of named) if (!(await isWithin(reader, reach, one))) return one
    return undefined
  },
}
