import type { Bench, Scope } from '../bench.ts'
import { dovecotMissing } from '../dovecot.ts'
import type { Posthorn } from '../posthorn.ts'
import type { Target } from '../target.ts'
import { ImapReader } from './client.ts'
import { mailboxMessages } from './mailbox.ts'

/** Of the mailbox that most rows are about, 125 MB. `--quick`: a tenth. */
const usualMessages = 10_000

export interface ReadingServers {
  readonly posthorn: Posthorn
  /** Both with the same mailbox; undefined: Dovecot cannot run here. */
  readonly mdbox: Target | undefined
  readonly maildir: Target | undefined
  readonly messages: number
}

/** What the first user of each server has in INBOX; filled when a section first asks. */
export async function readingServers(bench: Bench, scope: Scope): Promise<ReadingServers> {
  const messages = bench.quick ? usualMessages / 10 : usualMessages
  const posthorn = await bench.posthorn()
  const [mdbox, maildir] = await dovecots(bench, scope)
  bench.tell(`filling mailboxes with ${messages} messages`)
  await fill(posthorn, 0, mailboxMessages(messages))
  for (const target of [mdbox, maildir]) if (target !== undefined) await fill(target, 0, mailboxMessages(messages))
  return { posthorn, mdbox, maildir, messages }
}

async function dovecots(bench: Bench, scope: Scope): Promise<readonly [Target | undefined, Target | undefined]> {
  const missing = dovecotMissing()
  if (missing === undefined) return [await scope.dovecot({ format: 'mdbox' }), await scope.dovecot({ format: 'maildir' })]
  bench.report.remark(`Without Dovecot beside it: ${missing}.`)
  return [undefined, undefined]
}

export function userOf(target: Target, number = 0): string {
  return target.mailbox.replace('{n}', String(number))
}

export function signIn(target: Target, number = 0): Promise<ImapReader> {
  return ImapReader.signIn(target.imapPort, userOf(target, number), target.password)
}

/** Messages of one APPEND; as many as any server takes, and soon written. */
const messagesAtOnce = 100

/** By MULTIAPPEND (RFC 3502): otherwise it would take minutes. */
export async function fill(target: Target, number: number, messages: Iterable<Buffer>): Promise<void> {
  const reader = await signIn(target, number)
  let some: Buffer[] = []
  for (const message of messages) {
    if (some.push(message) < messagesAtOnce) continue
    await reader.append(some)
    some = []
  }
  if (some.length > 0) await reader.append(some)
  await reader.logOut()
}
