import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test, { type TestContext } from 'node:test'
import { dovecotMissing, startDovecot } from '../bench/dovecot.ts'
import { startImap } from '../harness/imap.ts'
import { Player } from '../harness/play.ts'

/** Mail of real people, which is no part of this repository. */
const corpora = process.env['POSTHORN_CORPORA'] ?? resolve(import.meta.dirname, '../../../shared/corpora')
const missing = existsSync(corpora) ? (dovecotMissing() ?? zstdMissing()) : `no mail at ${corpora}`

/** Of each archive, spread over it. */
const mostMessages = Number(process.env['POSTHORN_CORPUS_MESSAGES'] ?? 120)
/** For one command; it takes a hundredth on a machine at rest. */
const mostMs = 20_000

/** The first address of a list, as RFC 5322 has it; with a name that needs no thought. */
const cleanAddress = /^(?:"[^"\\\s](?:[^"\\]*[^"\\\s])?"|[\w .'-]*)\s*<?[\w.+=-]+@[\w.-]+>?(?:,.*)?$/
const cleanDate = /^(?:\w{3}, )?\d{1,2} \w{3} [12]\d{3} \d{2}:\d{2}(?::\d{2})? [+-]\d{4}(?: \(.*\))?$/
const any = /(?:)/

/** Keys of SORT, and which values of their field must be sorted as Dovecot does: of a broken one each server makes what it can. */
const sorts = [
  ['DATE', 'Date', cleanDate],
  ['FROM', 'From', cleanAddress],
  ['TO', 'To', cleanAddress],
  ['CC', 'Cc', cleanAddress],
  ['DISPLAYFROM', 'From', cleanAddress],
  ['DISPLAYTO', 'To', cleanAddress],
  ['SUBJECT', 'Subject', any],
  ['SIZE', 'Subject', any],
] as const
const threads = ['REFERENCES', 'REFS', 'ORDEREDSUBJECT']

test('SORT and THREAD of real mail, beside Dovecot', { skip: missing ?? false }, async (context) => {
  for (const archive of readdirSync(corpora).filter((name) => name.endsWith('.tar.zst'))) {
    await context.test(archive, async (t) => compare(t, await messagesOf(t, join(corpora, archive))))
  }
})

function zstdMissing(): string | undefined {
  return spawnSync('zstd', ['--version']).status === 0 ? undefined : 'zstd is not installed'
}

async function compare(context: TestContext, messages: readonly Buffer[]): Promise<void> {
  const server = await startImap(context)
  const folder = await temporaryFolder(context)
  const dovecot = await startDovecot({ folder, format: 'maildir' })
  context.after(() => dovecot.stop())
  const ours = await filled(server.port, { user: 'ann', password: 'secret' }, messages)
  const theirs = await filled(dovecot.imapPort, { user: 'u0@peer.test', password: dovecot.password }, messages)
  for (const [key, field, isClean] of sorts) {
    const command = `SORT (${key}) UTF-8 ALL`
    const [one, other] = [numbers(await answer(ours, command)), numbers(await answer(theirs, command))]
    assert.deepEqual(
      one.toSorted((a, b) => a - b),
      [...messages.keys()].map((index) => index + 1),
      `${command}: each message once`,
    )
    const isRead = (number: number) => isClean.test(fieldOf(messages[number - 1], field))
    const [known, expected] = [one.filter(isRead), other.filter(isRead)]
    assert.deepEqual(known, expected, `${command}: messages whose ${field} can be read in one way only`)
    if (known.length < one.length)
      context.diagnostic(`${command}: of ${one.length - known.length} of ${one.length} messages much can be thought of their ${field}`)
  }
  for (const algorithm of threads) {
    const command = `THREAD ${algorithm} UTF-8 ALL`
    assert.deepEqual(trees(await answer(ours, command)), trees(await answer(theirs, command)), command)
  }
}

/** '' is a field that is not there. */
function fieldOf(message: Buffer | undefined, name: string): string {
  const [header = ''] = (message?.toString('latin1') ?? '').split('\r\n\r\n', 1)
  const lines = header.replace(/\r\n(?=[ \t])/g, '').split('\r\n')
  const line = lines.find((one) => one.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  return line?.slice(name.length + 1).trim() ?? ''
}

async function filled(port: number, { user, password }: { readonly user: string; readonly password: string }, messages: readonly Buffer[]): Promise<Player> {
  const player = await Player.connect(port, { lineMs: mostMs })
  await player.play(`S: * OK *\nC: a LOGIN ${user} ${password}\nS: ...\nS: a OK *`)
  for (const message of messages) {
    player.write(Buffer.concat([Buffer.from(`b APPEND INBOX "22-Nov-2026 10:00:00 +0000" {${message.length}+}\r\n`), message, Buffer.from('\r\n')]))
    await player.play('S: ...\nS: b OK *')
  }
  await player.play('C: c SELECT INBOX\nS: ...\nS: c OK *')
  return player
}

/** The line that a command is answered by. */
async function answer(player: Player, command: string): Promise<string> {
  player.write(`d ${command}\r\n`)
  let found = ''
  for (;;) {
    const line = (await player.line()) ?? ''
    if (line.startsWith('d ')) {
      assert.match(line, /^d OK /)
      return found
    }
    if (/^\* (?:SORT|THREAD)\b/.test(line)) found = line
  }
}

function numbers(line: string): number[] {
  return (line.match(/\d+/g) ?? []).map(Number)
}

/** The threads of an answer. Answers to one message are put in an order of our own: which comes first may hang on a date that cannot be read. */
function trees(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '(' && depth++ === 0) start = at + 1
    if (text[at] !== ')' || --depth > 0) continue
    const inside = text.slice(start, at)
    const messages = inside.split('(', 1)[0] ?? ''
    found.push(`(${messages}${trees(inside.slice(messages.length)).join('')})`)
  }
  return found.sort()
}

async function messagesOf(context: TestContext, archive: string): Promise<readonly Buffer[]> {
  const folder = await temporaryFolder(context)
  const { status } = spawnSync('sh', ['-c', 'zstd -d --long=27 -c "$0" | tar -x -C "$1"', archive, folder])
  assert.equal(status, 0)
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
  const step = Math.max(1, files.length / mostMessages)
  const chosen = Array.from({ length: Math.min(mostMessages, files.length) }, (_, index) => files[Math.floor(index * step)] ?? '')
  const messages = await Promise.all(chosen.map(async (file) => (await readFile(file, 'latin1')).replace(/\r?\n/g, '\r\n')))
  // IMAP takes no NUL (RFC 9051 4.3.1).
  return messages.filter((message) => !message.includes('\0')).map((message) => Buffer.from(message, 'latin1'))
}

/** Dovecot's users enter it, too. */
async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-corpus-'))
  await chmod(folder, 0o755)
  context.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}
