import type { Change, Query, Reader } from '../../database/database.ts'
import { spread, type WebhookEvent } from '../../webhooks/spread.ts'

/** So long what became of a job is kept. */
const keptMs = 30 * 86_400_000
/** Of one customer, or of all operators: jobs that are not finished, and lines that are kept. */
const mostUnfinished = 5
const mostKept = 200_000
/** Rows of one statement. */
const rowsAtOnce = 100

interface NewJob {
  readonly jobId: string
  /** JSON of who asks. */
  readonly principal: string
  readonly actor: string
  /** null: an operator's. */
  readonly customerId: number | null
  readonly nowMs: number
  readonly lines: readonly { readonly address: string; readonly wanted: string }[]
}

/** false: there are too many already. */
export const addJob: Change<NewJob, boolean> = {
  name: 'api.add-job',
  durable: true,
  async run(tx, { jobId, principal, actor, customerId, nowMs, lines }) {
    await tx.run('DELETE FROM bulk_line WHERE job_id IN (SELECT job_id FROM bulk_job WHERE started_at_ms < ?)', nowMs - keptMs)
    await tx.run('DELETE FROM bulk_job WHERE started_at_ms < ?', nowMs - keptMs)
    const there = await tx.get<{ unfinished: number; kept: number }>(
      `SELECT COUNT(CASE WHEN finished_at_ms IS NULL THEN 1 END) AS unfinished, CAST(COALESCE(SUM(lines), 0) AS BIGINT) AS kept FROM bulk_job
       WHERE ${customerId === null ? 'customer_id IS NULL' : 'customer_id = ?'}`,
      ...(customerId === null ? [] : [customerId]),
    )
    if ((there?.unfinished ?? 0) >= mostUnfinished || (there?.kept ?? 0) + lines.length > mostKept) return false
    await tx.run(
      'INSERT INTO bulk_job (job_id, principal, actor, customer_id, started_at_ms, lines) VALUES (?, ?, ?, ?, ?, ?)',
      jobId,
      principal,
      actor,
      customerId,
      nowMs,
      lines.length,
    )
    for (let from = 0; from < lines.length; from += rowsAtOnce) {
      const piece = lines.slice(from, from + rowsAtOnce)
      await tx.run(
        `INSERT INTO bulk_line (job_id, line, address, wanted) VALUES ${piece.map(() => '(?, ?, ?, ?)').join(', ')}`,
        ...piece.flatMap(({ address, wanted }, index) => [jobId, from + index + 1, address, wanted]),
      )
    }
    return true
  },
}

export interface LineToDo {
  readonly jobId: string
  readonly principal: string
  readonly line: number
  readonly wanted: string
}

/** The next lines of the oldest job that is not finished; none: there is nothing to do. */
export const linesToDo: Query<{ readonly limit: number }, readonly LineToDo[]> = {
  name: 'api.lines-to-do',
  run: (reader, { limit }) =>
    reader.all<LineToDo & Record<string, never>>(
      `SELECT job.job_id AS "jobId", job.principal, line.line, line.wanted FROM bulk_job job JOIN bulk_line line ON line.job_id = job.job_id AND line.result IS NULL
       WHERE job.finished_at_ms IS NULL ORDER BY job.started_at_ms, job.job_id, line.line LIMIT ?`,
      limit,
    ),
}

export interface LineDone {
  readonly jobId: string
  readonly line: number
  readonly result: 'added' | 'changed' | 'unchanged' | 'refused'
  /** JSON of why it was refused. */
  readonly detail: string | null
}

/** Passwords go with it. */
export const settleLines: Change<{ readonly done: readonly LineDone[]; readonly nowMs: number }, undefined> = {
  name: 'api.settle-lines',
  durable: true,
  async run(tx, { done, nowMs }) {
    for (const { jobId, line, result, detail } of done) {
      await tx.run('UPDATE bulk_line SET result = ?, detail = ?, wanted = NULL WHERE job_id = ? AND line = ? AND result IS NULL', result, detail, jobId, line)
    }
    for (const jobId of new Set(done.map((one) => one.jobId))) {
      const finished = await tx.run(
        `UPDATE bulk_job SET finished_at_ms = ? WHERE job_id = ? AND finished_at_ms IS NULL
           AND NOT EXISTS (SELECT 1 FROM bulk_line WHERE bulk_line.job_id = bulk_job.job_id AND result IS NULL)`,
        nowMs,
        jobId,
      )
      if (finished > 0) await spread(tx, await finishedEvents(tx, jobId, nowMs))
    }
    return undefined
  },
}

async function finishedEvents(reader: Reader, jobId: string, atMs: number): Promise<readonly WebhookEvent[]> {
  const jobs = await jobsQuery.run(reader, { customerId: undefined, jobId })
  return jobs.map(({ actor, customerId, lines, results }) => ({
    ...{ key: `bulk ${jobId}`, type: 'bulk.finished', atMs, customerId: customerId ?? undefined, actor },
    data: { job: jobId, lines, added: 0, changed: 0, unchanged: 0, refused: 0, ...results },
  }))
}

export interface JobRow {
  readonly jobId: string
  readonly actor: string
  readonly customerId: number | null
  readonly startedAtMs: number
  readonly finishedAtMs: number | null
  readonly lines: number
  readonly results: Readonly<Partial<Record<LineDone['result'], number>>>
}

/** Of one customer or all; the last one first. */
export const jobsQuery: Query<{ readonly customerId: number | undefined; readonly jobId?: string | undefined }, readonly JobRow[]> = {
  name: 'api.jobs',
  async run(reader, { customerId, jobId }) {
    const rows = await reader.all<Omit<JobRow, 'results'>>(
      `SELECT job_id AS "jobId", actor, customer_id AS "customerId", started_at_ms AS "startedAtMs", finished_at_ms AS "finishedAtMs", lines FROM bulk_job
       WHERE ${customerId === undefined ? '1 = 1' : 'customer_id = ?'} AND ${jobId === undefined ? '1 = 1' : 'job_id = ?'} ORDER BY started_at_ms DESC, job_id LIMIT 100`,
      ...[customerId, jobId].filter((value) => value !== undefined),
    )
    const jobs: JobRow[] = []
    for (const row of rows) {
      const counted = await reader.all<{ result: LineDone['result']; number: number }>(
        'SELECT result, COUNT(*) AS number FROM bulk_line WHERE job_id = ? AND result IS NOT NULL GROUP BY result',
        row.jobId,
      )
      jobs.push({ ...row, results: Object.fromEntries(counted.map(({ result, number }) => [result, number])) })
    }
    return jobs
  },
}

export interface LineRow {
  readonly line: number
  readonly address: string
  readonly result: LineDone['result'] | null
  readonly detail: string | null
}

export const jobLines: Query<
  { readonly jobId: string; readonly only: 'refused' | undefined; readonly after: number; readonly limit: number },
  readonly LineRow[]
> = {
  name: 'api.job-lines',
  run: (reader, { jobId, only, after, limit }) =>
    reader.all<LineRow & Record<string, never>>(
      `SELECT line, address, result, detail FROM bulk_line WHERE job_id = ? AND line > ? ${only === undefined ? '' : "AND result = 'refused'"} ORDER BY line LIMIT ?`,
      jobId,
      after,
      limit,
    ),
}
