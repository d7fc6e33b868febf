import { type Catalogue, type Change, ConstraintViolated, type Database, type Migration, type Query } from './database.ts'
import { schemaStatement, splitStatements } from './dialect.ts'

/** A newer Posthorn has changed this database; an older one must not touch it. */
export class DatabaseNewer extends Error {
  override readonly name = 'DatabaseNewer'
  /** Steps that are applied and not known here, as `part 7`. */
  readonly unknownSteps: readonly string[]
  constructor(unknownSteps: readonly string[]) {
    super(
      `this database was made by a newer version of Posthorn (unknown schema steps: ${unknownSteps.join(', ')}). Start that version, or restore a backup made by this one.`,
    )
    this.unknownSteps = unknownSteps
  }
}

type Engine = Database['engine']

/**
 * Brings the schema up to date: every step that is missing, in order of `id` within its part, parts in the order given.
 * `migrations` holds the steps of all parts; several processes may do it at the same time.
 * @throws DatabaseNewer before anything is changed
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  await createSteps(database)
  const applied = new Set(await database.query(appliedSteps, undefined))
  const known = new Set(migrations.map(stepName))
  const unknown = [...applied].filter((step) => !known.has(step))
  if (unknown.length > 0) throw new DatabaseNewer(unknown)
  const parts = [...new Set(migrations.map(({ part }) => part))]
  for (const part of parts) {
    const steps = migrations.filter((step) => step.part === part).sort((a, b) => a.id - b.id)
    for (const step of steps) if (!applied.has(stepName(step))) await database.change(applyStep, { engine: database.engine, step })
  }
}

async function createSteps(database: Database): Promise<void> {
  try {
    await database.change(createStepTable, database.engine)
  } catch (thrown) {
    // PostgreSQL: two sessions that create one table at the same time clash in its catalogue, IF NOT EXISTS or not. Now it is there.
    if (!(thrown instanceof ConstraintViolated)) throw thrown
    await database.change(createStepTable, database.engine)
  }
}

const stepName = ({ part, id }: { part: string; id: number }) => `${part} ${id}`

const createStepTable: Change<Engine, void> = {
  name: 'database.create-step-table',
  durable: true,
  async run(tx, engine) {
    await tx.run(schemaStatement(engine, 'CREATE TABLE IF NOT EXISTS schema_steps (part TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (part, id))'))
  },
}

const appliedSteps: Query<void, string[]> = {
  name: 'database.applied-steps',
  async run(reader) {
    const rows = await reader.all<{ part: string; id: number }>('SELECT part, id FROM schema_steps ORDER BY part, id')
    return rows.map(stepName)
  },
}

const applyStep: Change<{ readonly engine: Engine; readonly step: Migration }, void> = {
  name: 'database.apply-step',
  durable: true,
  async run(tx, { engine, step }) {
    // The record first: whoever else applies this step waits here for our commit, and then finds it done.
    const ours = await tx.run('INSERT INTO schema_steps (part, id) VALUES (?, ?) ON CONFLICT DO NOTHING', step.part, step.id)
    if (ours === 0) return
    // An index over years of mail takes longer than any other statement may.
    if (engine === 'postgresql') await tx.run('SET LOCAL statement_timeout TO 0')
    for (const statement of splitStatements(step.sql)) await tx.run(schemaStatement(engine, statement))
  },
}

export const migrationCatalogue: Catalogue = [createStepTable, appliedSteps, applyStep]
