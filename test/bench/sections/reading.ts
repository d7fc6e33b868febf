import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import type { Bench } from '../bench.ts'
import { rareInSubject, rareInText } from '../reading/mailbox.ts'
import { mailboxMessages } from '../reading/mailbox.ts'
import type { ImapReader } from '../reading/client.ts'
import { fill, readingServers, signIn } from '../reading/servers.ts'
import { cpuMilliseconds, milliseconds, Repetitions, Runs, type Timed, timed } from '../reading/timed.ts'
import { atMost } from '../report.ts'
import type { Target } from '../target.ts'

interface Command {
  readonly what: string
  /** Asked one after another, one operation each. */
  readonly lines: (messages: number) => readonly string[]
  /** Of the peer's time. */
  readonly mdbox?: number
  readonly maildir?: number
  /** Of its time without its caches. */
  readonly cold?: number
  /** What the server must announce. */
  readonly needs?: RegExp
}

const webmailItems = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'
const pageMessages = 50

const always =
  (...lines: readonly string[]) =>
  () =>
    lines

/** TARGETS of reading: what a client asks of a mailbox that it has open. */
const commands: readonly Command[] = [
  { what: 'SELECT', lines: always('SELECT INBOX'), mdbox: 1, maildir: 1 / 10 },
  { what: 'FETCH 1:* (FLAGS UID)', lines: always('FETCH 1:* (FLAGS UID)'), mdbox: 1, maildir: 1 },
  { what: 'FETCH 1:* ENVELOPE', lines: always('FETCH 1:* ENVELOPE'), mdbox: 1 / 4, maildir: 1 / 4, cold: 1 / 15 },
  { what: 'FETCH 1:* BODYSTRUCTURE', lines: always('FETCH 1:* (BODYSTRUCTURE)'), mdbox: 1 / 2, maildir: 1 / 2, cold: 1 / 20 },
  { what: 'list of a webmail', lines: always(`FETCH 1:* ${webmailItems}`), mdbox: 1 / 4, maildir: 1 / 4 },
  { what: `${pageMessages} of that list`, lines: pages, mdbox: 2 / 3, maildir: 2 / 3 },
  { what: 'UID FETCH 1:* BODY.PEEK[]', lines: always('UID FETCH 1:* BODY.PEEK[]'), mdbox: 1, maildir: 1 },
  { what: 'STORE ±FLAGS.SILENT of all', lines: always('STORE 1:* +FLAGS.SILENT (\\Flagged)', 'STORE 1:* -FLAGS.SILENT (\\Flagged)'), mdbox: 1, maildir: 1 / 8 },
  { what: 'SEARCH UNSEEN', lines: always('SEARCH UNSEEN'), mdbox: 1, maildir: 1 },
  { what: 'SEARCH SUBJECT, rare', lines: always(`SEARCH SUBJECT ${rareInSubject}`), mdbox: 1 / 3, maildir: 1 / 3 },
  { what: 'SEARCH BODY, rare', lines: always(`SEARCH BODY ${rareInText}`), mdbox: 1 / 2, maildir: 1 / 2 },
  { what: 'SEARCH TEXT, rare', lines: always(`SEARCH TEXT ${rareInText}`), mdbox: 1 / 2, maildir: 1 / 2 },
  { what: 'SORT (REVERSE DATE)', lines: always('SORT (REVERSE DATE) UTF-8 ALL'), mdbox: 1, maildir: 1, cold: 1 / 10, needs: / SORT\b/ },
  { what: 'THREAD REFERENCES', lines: always('THREAD REFERENCES UTF-8 ALL'), mdbox: 1, maildir: 1, cold: 1 / 10, needs: / THREAD=REFERENCES\b/ },
]

function pages(messages: number): readonly string[] {
  const places = Array.from({ length: 40 }, (_, n) => Math.floor((n * (messages - pageMessages)) / 40) + 1)
  return places.map((first) => `FETCH ${first}:${first + pageMessages - 1} ${webmailItems}`)
}

/** One run of a command lasts about so long: CPU is counted in hundredths of a second. */
const runMs = 250
const mostInRun = 200

/** A mailbox of 10,000 messages, one connection, everything asked before. */
export async function reading(bench: Bench): Promise<void> {
  const { posthorn, mdbox, maildir, messages } = await bench.shared(readingServers)
  await bench.section(`Reading: a mailbox of ${messages.toLocaleString('en')} messages, one connection`, async (scope) => {
    const runs = new Runs(bench)
    const sides: Side[] = []
    for (const target of [posthorn, mdbox, maildir]) if (target !== undefined) sides.push({ target, reader: await signIn(target) })
    scope.onEnd(async () => {
      for (const { reader } of sides) reader.close()
    })
    for (const { reader } of sides) await reader.command('SELECT INBOX')
    for (const command of await possible(bench, posthorn, commands)) {
      const found = new Repetitions()
      const rounds = new Map<Target, number>()
      for (const { target, reader } of sides) rounds.set(target, await roundsInRun(bench, reader, command, messages))
      for (let repetition = 0; repetition < bench.repetitions; repetition++) {
        for (const side of sides) {
          const run = await timed(side.target, () => ask(side.reader, command.lines(messages), rounds.get(side.target) ?? 1))
          found.add(side.target, runs.note(command.what, side.target, run))
        }
      }
      rowsOf(bench, command, found, { posthorn, mdbox, maildir })
    }
    runs.remark()
  })
}

interface Side {
  readonly target: Target
  readonly reader: ImapReader
}

async function ask(reader: ImapReader, lines: readonly string[], rounds = 1): Promise<number> {
  for (let round = 0; round < rounds; round++) for (const line of lines) await reader.command(line)
  return rounds * lines.length
}

/** The runs that do not count, too: the peer makes its caches, and ours its compiled code. */
async function roundsInRun(bench: Bench, reader: ImapReader, { lines }: Command, messages: number): Promise<number> {
  if (bench.quick) return 1
  let tookMs = 0
  for (let round = 0, startMs = performance.now(); round < 3 || (round < mostInRun && performance.now() - startMs < runMs); round++) {
    const roundMs = performance.now()
    await ask(reader, lines(messages))
    tookMs = performance.now() - roundMs
  }
  return Math.max(1, Math.min(mostInRun, Math.round(runMs / tookMs)))
}

async function possible(bench: Bench, posthorn: Target, wanted: readonly Command[]): Promise<readonly Command[]> {
  const reader = await signIn(posthorn)
  const announced = await reader.answer('CAPABILITY')
  reader.close()
  const missing = wanted.filter(({ needs }) => needs !== undefined && !needs.test(announced))
  if (missing.length > 0) bench.report.remark(`Not yet in Posthorn: ${missing.map(({ what }) => what).join(', ')}.`)
  return wanted.filter((command) => !missing.includes(command))
}

interface Targets {
  readonly posthorn: Target
  readonly mdbox: Target | undefined
  readonly maildir: Target | undefined
}

function rowsOf({ report }: Bench, { what, mdbox: toMdbox, maildir: toMaildir }: Command, found: Repetitions, { posthorn, mdbox, maildir }: Targets): void {
  const time = (target: Target | undefined) => found.figures(posthorn, target, milliseconds)
  report.row({ what, note: mdbox === undefined ? '' : 'mdbox', unit: 'ms', ...time(mdbox), ...(toMdbox !== undefined && { goal: atMost(toMdbox) }) })
  if (maildir !== undefined) report.row({ what, note: 'maildir', unit: 'ms', ...time(maildir), ...(toMaildir !== undefined && { goal: atMost(toMaildir) }) })
  report.row({ what, note: 'mdbox', unit: 'CPU ms', ...found.figures(posthorn, mdbox, cpuMilliseconds) })
}

/**
 * The first time: Dovecot without the files that it remembers answers in, as after its mail was put there by another program;
 * Posthorn just started, with nothing in its memory but its code, which ran on another mailbox.
 */
export async function cold(bench: Bench): Promise<void> {
  const { mdbox, maildir, messages } = await bench.shared(readingServers)
  await bench.section(`The first time: a mailbox of ${messages.toLocaleString('en')} messages, nothing remembered`, async (scope) => {
    const runs = new Runs(bench)
    let posthorn = await scope.posthorn()
    await fill(posthorn, 0, mailboxMessages(messages))
    await fill(posthorn, 1, mailboxMessages(Math.min(messages, 1000)))
    for (const command of await possible(
      bench,
      posthorn,
      commands.filter(({ cold: goal }) => goal !== undefined),
    )) {
      const found = new Repetitions()
      for (let repetition = 0; repetition < bench.repetitions; repetition++) {
        posthorn = await posthorn.restarted()
        await warmUp(bench, posthorn, command)
        for (const target of [mdbox, maildir]) if (target !== undefined) await forget(target)
        for (const target of [posthorn, mdbox, maildir])
          if (target !== undefined)
            found.add(target === posthorn ? ours : target, runs.note(`cold ${command.what}`, target, await firstTime(target, command, messages)))
      }
      rowsOf(bench, { ...command, mdbox: command.cold ?? 1, maildir: command.cold ?? 1 }, found, { posthorn: ours, mdbox, maildir })
    }
    runs.remark()
  })
}

/** Each start is another target; this is all of them. */
const ours = { name: 'Posthorn' } as Target

async function firstTime(target: Target, { lines }: Command, messages: number): Promise<Timed> {
  const reader = await signIn(target)
  await reader.command('SELECT INBOX')
  const run = await timed(target, () => ask(reader, lines(messages)))
  await reader.logOut()
  return run
}

/** Compiled code, not caches: another account. */
async function warmUp(bench: Bench, target: Target, { lines }: Command): Promise<void> {
  const reader = await signIn(target, 1)
  await reader.command('SELECT INBOX')
  for (let round = 0; round < (bench.quick ? 3 : 20); round++) await ask(reader, lines(1000))
  await reader.logOut()
}

/** In a maildir all that is in index files can be made again; in mdbox they are the mailbox, and only the cache goes. */
async function forget({ folders }: Target): Promise<void> {
  for (const folder of folders) {
    for (const entry of await readdir(path.join(folder, 'u0'), { recursive: true, withFileTypes: true })) {
      const cache = entry.parentPath.includes('Maildir') ? entry.name.startsWith('dovecot.index') : entry.name.startsWith('dovecot.index.cache')
      if (entry.isFile() && cache) await rm(path.join(entry.parentPath, entry.name))
    }
  }
}
