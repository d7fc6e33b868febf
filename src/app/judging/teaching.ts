import type { Dns } from '../../msgauth/dns.ts'
import type { Parts } from '../open.ts'
import { ownRulesFolder } from '../rule-folders.ts'
import { LearnedModels, type ModelsOptions } from './models.ts'
import { JudgingPool } from './pool.ts'
import { Teacher, type TeacherOptions } from './teacher.ts'

/** What teaches the content filter: in the first process, or in a command where no server runs. */
export interface Teaching {
  readonly models: LearnedModels
  readonly teacher: Teacher
  close(): Promise<void>
}

/** Learning asks nobody. */
const noDns: Dns = {
  lookup: async () => ({ status: 'failed', why: 'closed' }),
  ptr: async () => ({ status: 'failed', why: 'closed' }),
}

export async function openTeaching(
  { config, database, content, log }: Pick<Parts, 'config' | 'database' | 'content' | 'log'>,
  ephemeral: ModelsOptions['ephemeral'],
  reputation: TeacherOptions['reputation'],
): Promise<Teaching> {
  const models = await LearnedModels.open({ database, ephemeral, log })
  const pool = new JudgingPool({ threads: 1, dns: noDns, ownRules: ownRulesFolder(config), log })
  const teacher = new Teacher({ database, content, models, reputation, pool, log })
  return {
    models,
    teacher,
    async close() {
      await teacher.close()
      await pool.close()
      models.close()
    },
  }
}

/** For a command: what it teaches is a model. */
export const noReputation: TeacherOptions['reputation'] = { taught: () => Promise.resolve() }

/** For a process that has no others. */
export const nobodyElse: ModelsOptions['ephemeral'] = { publish: () => {}, subscribe: () => () => {} }
