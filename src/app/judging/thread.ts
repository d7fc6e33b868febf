/** Entry of the threads that judge messages (pool.ts starts them). */

import { open } from 'node:fs/promises'
import { parentPort } from 'node:worker_threads'
import { ContentFilter } from '../../spam/filter.ts'
import { readRuleFolder } from '../../spam/rules/rule-folder.ts'
import { RuleSet } from '../../spam/rules/rule-set.ts'
import { shippedRules } from '../thread-entry.ts'
import { alive, type Job, type JobDone } from './calls.ts'

/** Of a larger message the filter sees the beginning; what spam says, it says there. */
const filteredOctets = 1024 * 1024

const port = parentPort
if (port === null) throw new Error('a judging thread is started by its pool, not by itself')
const rules = new RuleSet(readRuleFolder(shippedRules, true))
let filter = new ContentFilter({ rules })
let testString = ''

port.on('message', (job: Job | typeof alive) => {
  if (job === alive) port.postMessage(alive)
  else void answer(job)
})

async function answer(job: Job): Promise<void> {
  let done: JobDone
  try {
    done = await judge(job)
  } catch (failed) {
    done = { id: job.id, failed }
  }
  port?.postMessage(done)
}

async function judge(job: Job): Promise<JobDone> {
  const octets = await octetsOf(job.octets)
  const beganMs = performance.now()
  if (job.testString !== testString) {
    testString = job.testString
    filter = new ContentFilter({ rules, testString })
  }
  const { client, envelope } = job
  const score = filter.judge(filter.examine({ octets, client, envelope }), {})
  return { id: job.id, score, micros: Math.round((performance.now() - beganMs) * 1000) }
}

async function octetsOf(octets: Job['octets']): Promise<Uint8Array> {
  if (octets instanceof Uint8Array) return octets
  const file = await open(octets.path)
  try {
    const buffer = Buffer.allocUnsafe(Math.min(octets.sizeBytes, filteredOctets))
    let read = 0
    while (read < buffer.length) {
      const { bytesRead } = await file.read(buffer, read, buffer.length - read, read)
      if (bytesRead === 0) break
      read += bytesRead
    }
    return buffer.subarray(0, read)
  } finally {
    await file.close()
  }
}
