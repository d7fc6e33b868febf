/** Entry of the threads that judge messages, and learn from them (pool.ts starts them). */

import { setTimeout } from 'node:timers/promises'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { Blocklists } from '../../dns/blocklists.ts'
import type { SenderAuthentication } from '../../msgauth/authentication.ts'
import { provenBySealer } from '../../msgauth/claims.ts'
import { authenticate } from '../../msgauth/authenticate.ts'
import { ContentFilter, type Models } from '../../spam/filter.ts'
import type { AuthenticationFacts, ClientFacts, SpamInput } from '../../spam/input.ts'
import { Model } from '../../spam/learn/model.ts'
import { writeModel } from '../../spam/learn/model-octets.ts'
import { LiveRules } from '../../spam/rules/live-rules.ts'
import { type MessageView, viewMessage } from '../../spam/view/message-view.ts'
import { shippedRules } from '../rule-folders.ts'
import { AskedDns } from './asked-dns.ts'
import type { FromThread, Job, JobResult, JobScores, JudgeJob, JudgeResult, JudgingThreadData, TeachJob, TeachResult, ToThread, WriteResult } from './calls.ts'
import { firstOctets, piecesOf } from './job-octets.ts'
import { findListings, type Listings } from './listings.ts'
import { standingOf } from './standing.ts'

/** Left of the time for a message when authentication has had its share: the filter needs little of it. */
const filterShare = 0.2
/** All questions to blocklists about a message together: they answer at once, or not at all. */
const listsMs = 3_000

const port = parentPort
if (port === null) throw new Error('a judging thread is started by its pool, not by itself')
const dns = new AskedDns((id, ask) => port.postMessage({ id, ask } satisfies FromThread))
const { ownRules } = workerData as JudgingThreadData
const rules = new LiveRules({
  shipped: shippedRules,
  own: ownRules,
  onFault: (fault) => port.postMessage({ refusedRules: fault instanceof Error ? fault.message : String(fault) } satisfies FromThread),
  now: () => performance.now(),
})
let filter = new ContentFilter({ rules: rules.current() })
let testString = ''
const blocklists = new Blocklists(dns, systemClock)

port.on('message', (message: ToThread) => {
  if (message === 'alive') port.postMessage(message)
  else if ('dns' in message) dns.answer(message.id, message.dns)
  else void work(port, message.id, message.job)
})

async function work(to: MessagePort, id: number, job: Job): Promise<void> {
  try {
    const result = await doJob(job)
    const seen = 'spam' in result ? result.spam?.seen : undefined
    to.postMessage({ id, result } satisfies FromThread, seen === undefined ? [] : [seen.buffer])
  } catch (failed) {
    to.postMessage({ id, failed } satisfies FromThread)
  }
}

function doJob(job: Job): Promise<JobResult<Job>> | WriteResult {
  switch (job.kind) {
    case 'judge':
      return judge(job)
    case 'teach':
      return teach(job)
    case 'write':
      return { written: writeModel(new Model(job.model)) }
  }
}

async function judge(job: JudgeJob): Promise<JudgeResult> {
  const beganMs = performance.now()
  const authenticating = job.client === undefined ? Promise.resolve(undefined) : authenticateInTime(job, job.client)
  let authenticationMicros = 0
  const timed = authenticating.finally(() => (authenticationMicros = micros(performance.now() - beganMs)))
  const [authentication, spam] = await Promise.all([timed, job.filter ? scores(job, authenticating) : undefined])
  return { authentication, authenticationMicros, spam }
}

async function scores(job: JudgeJob, authenticating: Promise<SenderAuthentication | undefined>): Promise<JobScores> {
  const octets = await firstOctets(job.octets)
  if (job.testString !== testString) {
    testString = job.testString
    filter = new ContentFilter({ rules: rules.current(), testString })
  }
  filter.useRules(rules.current())
  const { client, envelope } = job
  const [authentication, { view, found }] = await Promise.all([authenticating, listingsOf(job, { octets, client, envelope }, authenticating)])
  const input: SpamInput = {
    octets,
    client,
    envelope,
    authentication: authentication && factsOf(authentication, job.trustedSealers),
    listings: found?.codes,
    standing: standingOf(job.known, authentication),
  }
  const startedMs = performance.now()
  const examined = filter.examine(input, view)
  const models: Models = { installation: modelOf(job.models.installation) }
  const common = filter.judge(examined, models)
  const own = job.models.own.map(([accountId, mailbox]) => [accountId, filter.judge(examined, { ...models, mailbox: new Model(mailbox) })] as const)
  return { common, own, micros: micros(performance.now() - startedMs), lists: found?.tallies ?? [], seen: common.autolearn === 'no' ? undefined : octets }
}

/** Undefined: it took too long. */
async function authenticateInTime(job: JudgeJob, client: ClientFacts): Promise<SenderAuthentication | undefined> {
  const { reversePath, hostname, nowMs, timeoutMs } = job
  const input = { message: piecesOf(job.octets), clientIp: client.ip, helo: client.helo, reversePath, hostName: hostname, nowMs }
  return Promise.race([authenticate(input, dns), setTimeout(timeoutMs * (1 - filterShare), undefined, { ref: false })])
}

/** The message is looked at before the filter does, only where there are lists to ask about what is found in it. */
async function listingsOf(
  { timeoutMs }: JudgeJob,
  input: SpamInput,
  authentication: Promise<SenderAuthentication | undefined>,
): Promise<{ readonly view?: MessageView; readonly found?: Listings }> {
  const current = rules.current()
  if (current.blocklists.length === 0) return {}
  const view = viewMessage(input)
  const found = await findListings(blocklists, { rules: current, view, authentication, timeoutMs: Math.min(listsMs, timeoutMs * (1 - filterShare)) })
  return { view, found }
}

async function teach({ octets, label, model }: TeachJob): Promise<TeachResult> {
  const examined = filter.examine({ octets: await firstOctets(octets) })
  const taught = new Model(model)
  return { changed: label === 'forget' ? filter.forget(examined, taught) : filter.learn(examined, label, taught) }
}

function modelOf(buffer: SharedArrayBuffer | undefined): Model | undefined {
  return buffer === undefined ? undefined : new Model(buffer)
}

function factsOf(found: SenderAuthentication, trustedSealers: ReadonlySet<string>): AuthenticationFacts {
  const { spf, dkim, dmarc, arc } = found
  const signed = dkim.some(({ result }) => result === 'pass') ? 'pass' : (dkim[0]?.result ?? 'none')
  const isProven = provenBySealer(found, trustedSealers) !== undefined
  return { spf: spf.result, dkim: signed, dmarc: isProven ? 'pass' : dmarc.result, arc: arc.result }
}

function micros(ms: number): number {
  return Math.round(ms * 1000)
}
