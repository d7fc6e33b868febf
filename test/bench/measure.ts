import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Imap } from './imap.ts'
import type { Quantiles, SmtpLoad, SmtpLoadResult } from './load-smtp.ts'
import { cpuSeconds, machineCpuSeconds } from './processes.ts'
import type { Target } from './target.ts'

/** What one load gave on one server. */
export interface Measured {
  readonly done: number
  readonly errors: number
  readonly firstError: string | undefined
  /** Answered a second. */
  readonly perSecond: number
  /** Visible in IMAP a second, from the first connection to the last message's appearance. */
  readonly deliveredPerSecond: number | undefined
  /** Seconds of CPU of all the server's processes for 1,000 of what was done. */
  readonly cpuPer1000: number
  readonly replyMs: Quantiles
  readonly transactionMs: Quantiles
  /** Cores that the load generator kept busy; near 1 it is the generator that was measured. */
  readonly generatorCores: number
  /** Cores that neither server nor generator used: others' work, which makes the run worth less. */
  readonly otherCores: number
}

/** Mailboxes that one load is spread over. */
const recipients = 20
/** After the load, the server finishes what it has begun with. */
const afterglowMs = 200
/** A queue that is not empty by then never will be. */
const deliveryLimitMs = 120_000
const pollMs = 20

/** Each load takes the next mailboxes, so that none grows much more than the others. */
let nextRecipient = 0

interface DeliveryLoad {
  readonly sizeBytes: number
  readonly connections: number
  readonly messagesPerConnection: number
  readonly seconds: number
  /** Default false. */
  readonly tls?: boolean
  /** Ends the load sooner. */
  readonly messages?: number
  /** Default: the target's plain mailboxes. */
  readonly to?: { readonly mailbox: string; readonly mailboxes: number }
  /** Default: others than last time. */
  readonly firstRecipient?: number
  /** So many senders take turns; default: each message has its own. */
  readonly senders?: number
}

const unlimited = Number.MAX_SAFE_INTEGER

/** Sends messages and waits until the last of them can be seen. A target without IMAP is believed. */
export async function deliver(target: Target, load: DeliveryLoad): Promise<Measured> {
  const { to = target, tls = false, senders = unlimited, messages = unlimited, firstRecipient = nextRecipient % to.mailboxes } = load
  nextRecipient += recipients
  const inboxes = target.imapPort === 0 ? [] : await openInboxes(target, to.mailbox, firstRecipient)
  const { sizeBytes, connections, messagesPerConnection, seconds } = load
  const full: SmtpLoad = {
    ...{ port: target.smtpPort, connections, seconds, messages, messagesPerConnection, sizeBytes, tls },
    ...{ recipient: to.mailbox, firstRecipient, recipients, sender: senderOf(senders), senders, expect: 2 },
  }
  try {
    return await measure(target, full, ({ done }) => appeared(inboxes, done))
  } finally {
    for (const { imap } of inboxes) imap.close()
  }
}

interface SentLoad {
  readonly port: number
  /** Who sends; undefined: who need not sign in. */
  readonly signIn?: SmtpLoad['signIn']
  readonly sender: string
  /** `{n}` is 0 … 19. */
  readonly recipient: string
  readonly sizeBytes: number
  readonly connections: number
  readonly seconds: number
}

/** Sends messages to other servers and waits until they have all of them. `arrived`: how many came there until now. */
export async function sendOut(target: Pick<Target, 'pids'>, load: SentLoad, arrived: () => number): Promise<Measured> {
  const before = arrived()
  const full: SmtpLoad = { ...load, messages: unlimited, messagesPerConnection: 100, tls: false, firstRecipient: 0, recipients, senders: 1, expect: 2 }
  return measure(target, full, async ({ done }) => {
    const endMs = performance.now() + deliveryLimitMs
    while (arrived() - before < done) {
      if (performance.now() > endMs) throw new Error(`${done} messages were accepted, ${arrived() - before} arrived within ${deliveryLimitMs / 1000} s`)
      await sleep(pollMs)
    }
  })
}

interface RefusedLoad {
  readonly port: number
  readonly recipient: string
  readonly recipients: number
  readonly connections: number
  readonly seconds: number
  readonly expect: 4 | 5
}

/** Connections that end with a refused recipient. */
export function refuse(target: Target, load: RefusedLoad): Promise<Measured> {
  return measure(target, {
    ...load,
    ...{ messages: unlimited, messagesPerConnection: 1, sizeBytes: 0, tls: false, firstRecipient: 0, sender: senderOf(unlimited), senders: unlimited },
  })
}

/** Few senders have the same names in each run, many never had theirs before. */
function senderOf(senders: number): string {
  return senders < 1000 ? 's{n}@example.org' : `s{n}-${Date.now().toString(36)}@example.org`
}

interface Inbox {
  readonly imap: Imap
  readonly before: number
}

function openInboxes(target: Target, mailbox: string, first: number): Promise<Inbox[]> {
  const open = async (_: unknown, at: number): Promise<Inbox> => {
    const imap = await Imap.signIn(target.imapPort, mailbox.replace('{n}', String(first + at)), target.password)
    return { imap, before: await imap.messages() }
  }
  return Promise.all(Array.from({ length: recipients }, open))
}

/** Queues empty in about the order of arrival, so one mailbox after another is asked until it has its share. */
async function appeared(inboxes: readonly Inbox[], done: number): Promise<void> {
  const endMs = performance.now() + deliveryLimitMs
  for (const [at, { imap, before }] of inboxes.entries()) {
    const share = Math.floor(done / recipients) + (at < done % recipients ? 1 : 0)
    while ((await imap.messages()) - before < share) {
      if (performance.now() > endMs) throw new Error(`messages that were accepted did not appear within ${deliveryLimitMs / 1000} s`)
      await sleep(pollMs)
    }
  }
}

async function measure(target: Pick<Target, 'pids'>, load: SmtpLoad, delivered?: (result: SmtpLoadResult) => Promise<void>): Promise<Measured> {
  const before = { cpu: cpuSeconds(target.pids), machine: machineCpuSeconds(), atMs: performance.now() }
  const result = await runLoad(load)
  let deliveredSeconds: number | undefined
  if (delivered !== undefined) {
    await delivered(result)
    deliveredSeconds = Number(process.hrtime.bigint() - BigInt(result.startedNs)) / 1e9
  }
  await sleep(afterglowMs)
  const cpu = cpuSeconds(target.pids) - before.cpu
  const elapsed = (performance.now() - before.atMs) / 1000
  return {
    done: result.done,
    errors: result.errors,
    firstError: result.firstError,
    perSecond: result.done / result.seconds,
    deliveredPerSecond: deliveredSeconds === undefined ? undefined : result.done / deliveredSeconds,
    cpuPer1000: (cpu / Math.max(1, result.done)) * 1000,
    replyMs: result.replyMs,
    transactionMs: result.transactionMs,
    generatorCores: result.cpuSeconds / result.seconds,
    otherCores: Math.max(0, (machineCpuSeconds() - before.machine - cpu - result.cpuSeconds) / elapsed),
  }
}

async function runLoad(load: SmtpLoad): Promise<SmtpLoadResult> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'load-smtp.ts'), JSON.stringify(load)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  // A server that no longer answers must not hold the benchmark for ever.
  const timer = setTimeout(() => child.kill('SIGKILL'), (load.seconds + 120) * 1000)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  if (code !== 0) throw new Error(`the load generator ended with ${code ?? 'a signal'}`)
  return JSON.parse(output) as SmtpLoadResult
}
