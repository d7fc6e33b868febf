import type { Bench } from '../bench.ts'
import { mailboxMessages, rareInSubject } from '../reading/mailbox.ts'
import { fill, signIn } from '../reading/servers.ts'
import { milliseconds, Repetitions, Runs, timed } from '../reading/timed.ts'
import { atMost } from '../report.ts'
import type { Target } from '../target.ts'

/** Not those that other sections read. */
const firstUser = 70
/** Small ones: it is their number that counts here. */
const mostOctets = 3000
const webmailItems = '(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE)'

/** Cost may grow as the answer does, and no faster; a little for noise. */
const ten = atMost(12)
const same = atMost(1.5)

const commands = [
  ['SELECT', () => 'SELECT INBOX', same],
  ['50 of the list of a webmail', (messages: number) => `FETCH ${messages / 2}:${messages / 2 + 49} ${webmailItems}`, same],
  ['FETCH 1:* (FLAGS UID)', () => 'FETCH 1:* (FLAGS UID)', ten],
  ['FETCH 1:* ENVELOPE', () => 'FETCH 1:* ENVELOPE', ten],
  ['list of a webmail', () => `FETCH 1:* ${webmailItems}`, ten],
  ['STORE +FLAGS.SILENT of all', (_: number, round: number) => `STORE 1:* ${round % 2 === 0 ? '+' : '-'}FLAGS.SILENT (\\Flagged)`, ten],
  ['SEARCH UNSEEN', () => 'SEARCH UNSEEN', ten],
  ['SEARCH SUBJECT, rare', () => `SEARCH SUBJECT ${rareInSubject}`, ten],
  ['SORT (REVERSE DATE)', () => 'SORT (REVERSE DATE) UTF-8 ALL', ten],
  ['THREAD REFERENCES', () => 'THREAD REFERENCES UTF-8 ALL', ten],
  ['STORE +FLAGS.SILENT of one', (messages: number, round: number) => `STORE ${messages / 2} ${round % 2 === 0 ? '+' : '-'}FLAGS.SILENT (\\Flagged)`, same],
  ['APPEND of one', () => 'APPEND INBOX {14+}\r\nSubject: x\r\n\r\n', same],
] as const

/** The same command on mailboxes of 1,000, 10,000 and 100,000 messages, each beside one of a tenth. */
export async function growth(bench: Bench): Promise<void> {
  await bench.section('Growth: one command, ten times the mailbox ("peer": Posthorn with a tenth of the messages)', async () => {
    const runs = new Runs(bench)
    const posthorn = await bench.posthorn()
    const sizes = bench.quick ? [100, 1000] : [1000, 10_000, 100_000, ...(bench.full ? [1_000_000] : [])]
    const boxes: Box[] = []
    for (const [number, messages] of sizes.entries()) {
      bench.tell(`filling a mailbox with ${messages} messages`)
      await fill(posthorn, firstUser + number, mailboxMessages(messages, mostOctets))
      boxes.push({ target: { ...posthorn, name: `${messages}` }, number: firstUser + number, messages })
    }
    for (const [what, line, goal] of commands) {
      const found = new Repetitions()
      for (const { target, number, messages } of boxes) {
        const reader = await signIn(target, number)
        await reader.command('SELECT INBOX')
        for (let round = 0; round < 4; round++) await reader.command(line(messages, round))
        for (let repetition = 0; repetition < bench.repetitions; repetition++) {
          const rounds = bench.quick ? 2 : messages > 10_000 ? 2 : 10
          const run = await timed(target, async () => {
            for (let round = 0; round < rounds; round++) await reader.command(line(messages, round))
            return rounds
          })
          found.add(target, runs.note(`${what} of ${messages}`, target, run))
        }
        reader.close()
      }
      for (const [at, box] of boxes.entries()) {
        const smaller = boxes[at - 1]
        if (smaller !== undefined)
          bench.report.row({ what, note: box.messages.toLocaleString('en'), unit: 'ms', ...found.figures(box.target, smaller.target, milliseconds), goal })
      }
    }
    runs.remark()
  })
}

interface Box {
  readonly target: Target
  readonly number: number
  readonly messages: number
}
