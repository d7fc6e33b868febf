import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type ImapUnderTest, startImap } from '../../../test/harness/imap.ts'
import { withEachEngine } from '../../../test/harness/database.ts'
import type { Player } from '../../../test/harness/play.ts'
import type { MailboxId } from '../../mail/ids.ts'
import { indexStep } from '../../store/fulltext/indexing.ts'
import { textWork } from '../../store/fulltext/work.ts'

const inbox = 1 as MailboxId

const messages: readonly string[] = [
  'Subject: one\r\n\r\nA quillfeather lay on the Stra\u00dfe.\r\n',
  'Subject: quillfeather\r\nContent-Type: text/html\r\n\r\n<p>Gr&uuml;&szlig;e aus M<b>&uuml;n</b>chen</p><style>.zanzibar{}</style>\r\n',
  'Subject: three\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nWsO8cmljaCBpc3Qgc2Now7Zu\r\n',
  "Subject: four\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee below\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''%C3%9Cbersicht.pdf\r\n\r\nnot searched\r\n--b--\r\n",
  'Subject: five\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner zanzibar\r\n\r\nwords of the inner one\r\n',
]

/** Each search, and the messages that it finds; index or not. */
const searches: readonly (readonly [search: string, found: string])[] = [
  ['BODY quillfeather', '1'],
  ['TEXT quillfeather', '1 2'],
  ['NOT TEXT quillfeather', '3 4 5'],
  ['BODY strasse', '1'],
  ['CHARSET UTF-8 BODY "GR\u00dcSSE AUS M\u00dcNCHEN"', '2'],
  ['BODY zanzibar', ''],
  ['TEXT zanzibar', '5'],
  ['OR TEXT zanzibar SUBJECT two', '5'],
  ['OR BODY quillfeather TEXT zanzibar', '1 5'],
  ['BODY "of the inner"', '5'],
  ['CHARSET UTF-8 BODY "z\u00fcrich"', '3'],
  ['CHARSET UTF-8 TEXT "\u00fcbersicht.pdf"', '4'],
  ['CHARSET UTF-8 BODY "\u00fcbersicht.pdf"', ''],
  ['TEXT "not searched"', ''],
  ['BODY is', '3'],
  ['BODY ""', '1 2 3 4 5'],
  ['SUBJECT one BODY quillfeather', '1'],
  ['NOT BODY quillfeather NOT TEXT zanzibar', '2 3 4'],
  ['2:5 TEXT quillfeather', '2'],
  ['FUZZY BODY quillfeathers', '1'],
  ['FUZZY TEXT quillfeathers', '1 2'],
  ['FUZZY SUBJECT quillfeathered', '2'],
  ['FUZZY HEADER Subject quillfeathers', '2'],
  ['FUZZY (SUBJECT quillfeathers BODY gruss)', '2'],
  ['FUZZY TEXT "quillfeathers grussen"', '2'],
  ['FUZZY BODY strassen', '1'],
  ['CHARSET UTF-8 FUZZY BODY "Gr\u00fc\u00dfen"', '2'],
  ['FUZZY BODY gruesse', '2'],
  ['FUZZY BODY munchen', '2'],
  ['FUZZY TEXT ubersichten', '4'],
  ['FUZZY TEXT uebersicht', '4'],
  ['FUZZY BODY wording', '5'],
  ['NOT FUZZY TEXT quillfeathers', '3 4 5'],
  ['OR FUZZY BODY quillfeathers TEXT zanzibar', '1 5'],
  ['FUZZY UNSEEN FUZZY LARGER 10000', ''],
  ['FUZZY BODY ""', '1 2 3 4 5'],
]

async function index(server: ImapUnderTest, name: string): Promise<void> {
  const work = textWork(server.content)
  while (await indexStep({ database: server.database, work }, server.accountOf(name)));
}

async function append(server: ImapUnderTest, name: string, octets: string): Promise<void> {
  const account = server.accountOf(name)
  await server.store.mailboxes(account)
  await server.store.append(account, inbox, {
    octets: [Buffer.from(octets)],
    messages: [{ sizeOctets: Buffer.byteLength(octets), flags: { system: 0, keywords: '' }, internalDateMs: undefined }],
  })
}

async function finds(player: Player): Promise<void> {
  for (const [search, found] of searches) {
    await player.play(`C: S SEARCH ${search}\nS: * SEARCH${found === '' ? '' : ` ${found}`}\nS: S OK *`)
  }
}

async function start(context: TestContext, options: Parameters<typeof startImap>[1]): Promise<{ readonly server: ImapUnderTest; readonly player: Player }> {
  const server = await startImap(context, options)
  for (const message of messages) await append(server, 'ann', message)
  const player = await server.as('ann')
  await player.play('C: A SELECT INBOX\nS: ...\nS: A OK *')
  return { server, player }
}

withEachEngine((_, open) => {
  test('a search finds the same without the index, with a part of it, and with all of it (RFC 9051 6.4.4)', async (context) => {
    const { server, player } = await start(context, { open })
    await finds(player)
    await index(server, 'ann')
    await finds(player)
    await append(server, 'ann', 'Subject: six\r\n\r\nanother quillfeather\r\n')
    await player.play('C: N NOOP\nS: * 6 EXISTS\nS: ...\nS: N OK *')
    await player.play('C: S SEARCH BODY quillfeather\nS: * SEARCH 1 6\nS: S OK *')
    await player.play('C: D STORE 1 +FLAGS.SILENT (\\Deleted)\nS: D OK *\nC: E EXPUNGE\nS: * 1 EXPUNGE\nS: ...\nS: E OK *')
    await player.play('C: S SEARCH BODY quillfeather\nS: * SEARCH 5\nS: S OK *')
    const ben = await server.as('ben')
    await ben.play('C: A SELECT INBOX\nS: ...\nS: A OK *\nC: S SEARCH TEXT quillfeather\nS: * SEARCH\nS: S OK *')
  })
})

test('with the index only messages are read that may hold the text', async (context) => {
  const { server, player } = await start(context, {})
  await index(server, 'ann')
  const { mock } = context.mock.method(server.content, 'read')
  await player.play('C: S SEARCH BODY quillfeather\nS: * SEARCH 1\nS: S OK *')
  const one = mock.callCount()
  assert.ok(one > 0 && one <= 2, `${one} reads`)
  await player.play('C: S SEARCH TEXT nowhere\nS: * SEARCH\nS: S OK *')
  assert.equal(mock.callCount(), one)
})

test('a search for many texts finds what each of them does', async (context) => {
  const { server, player } = await start(context, {})
  await index(server, 'ann')
  const nowhere = Array.from({ length: 40 }, (_, n) => `OR BODY nowhere${n}`).join(' ')
  await player.play(`C: S SEARCH ${nowhere} BODY quillfeather\nS: * SEARCH 1\nS: S OK *`)
})

test('RELEVANCY: how well each message is found, and sorted by it (RFC 6203 4, 6)', async (context) => {
  const server = await startImap(context)
  const mail = (subject: string, text: string) => `Subject: ${subject}\r\n\r\n${text}\r\n`
  await append(server, 'ben', mail('one', 'old houses'))
  await append(server, 'ben', mail('two', 'an old house'))
  await append(server, 'ben', mail('three', 'a house that is older than old'))
  await append(server, 'ben', mail('four', 'no such thing'))
  const ben = await server.as('ben')
  await ben.play(`
    C: A SELECT INBOX
    S: ...
    S: A OK *
    C: B SEARCH RETURN (RELEVANCY ALL) FUZZY BODY "old house"
    S: * ESEARCH (TAG "B") ALL 1:3 RELEVANCY (100 100 70)
    S: B OK *
    C: C SEARCH RETURN (RELEVANCY ALL COUNT) FUZZY BODY "old housing"
    S: * ESEARCH (TAG "C") ALL 1:3 RELEVANCY (55 55 55) COUNT 3
    S: C OK *
    C: D SORT (RELEVANCY REVERSE SIZE) UTF-8 FUZZY BODY "old house"
    S: * SORT 2 1 3
    S: D OK *
    C: E UID SORT RETURN (RELEVANCY PARTIAL 2:3) (REVERSE RELEVANCY) UTF-8 OR SUBJECT four FUZZY BODY "old house"
    S: * ESEARCH (TAG "E") UID PARTIAL (2:3 3,1) RELEVANCY (70 100)
    S: E OK *
    C: F SEARCH RETURN (RELEVANCY) BODY house
    S: F BAD *
    C: G SORT (RELEVANCY) UTF-8 BODY house
    S: G BAD *
    C: H SEARCH RETURN (RELEVANCY ALL) FUZZY SUBJECT nothing
    S: * ESEARCH (TAG "H") RELEVANCY ()
    S: H OK *
    C: I SORT RETURN (UPDATE) (RELEVANCY) UTF-8 FUZZY SUBJECT one
    S: * ESEARCH (TAG "I")
    S: * NO [NOUPDATE "I"] *
    S: I OK *
    C: J SEARCH FUZZY
    S: J BAD *
  `)
})

/** A text in the octets of a charset. */
const charsets: readonly (readonly [charset: string, hex: string, text: string])[] = [
  ['utf-8', '48c3a475736572', 'H\u00c4USER'],
  ['iso-8859-15', '48e4757365722066fc72203520a4', 'h\u00e4user f\u00fcr 5 \u20ac'],
  ['windows-1252', '8453747261df6593', '\u201estrasse\u201c'],
  ['iso-8859-2', 'a3f364bc', '\u0142\u00f3d\u017a'],
  ['koi8-r', 'd3dea3d4', '\u0421\u0427\u0401\u0422'],
  ['windows-1251', 'd1f7b8f2', '\u0441\u0447\u0451\u0442'],
  ['iso-2022-jp', '1b2442327135443c3c1b2842', '\u4f1a\u8b70\u5ba4'],
  ['shift_jis', '89ef8b638eba', '\u4f1a\u8b70'],
  ['euc-jp', 'b2f1b5c4bcbc', '\u8b70\u5ba4'],
  ['gb18030', 'b7a2c6b1', '\u53d1\u7968'],
  ['big5', 'b56fb2bc', '\u767c\u7968'],
  ['euc-kr', 'c8b8c0c7', '\ud68c\uc758'],
  ['utf-7', '482b414f512d75736572202b2d2031', 'h\u00e4user + 1'],
  ['', '48c3a475736572', 'h\u00e4user'],
  ['us-ascii', '48e475736572', 'h\u00e4user'],
  ['x-nothing', '48e475736572', 'h\u00e4user'],
]

test('a text is found whatever its charset: in plain text, HTML, a field, the name of an attachment', async (context) => {
  const server = await startImap(context)
  for (const [number, [charset, hex]] of charsets.entries()) {
    const octets = Buffer.from(hex, 'hex')
    const percent = hex.replace(/../g, '%$&')
    const named = charset === '' ? 'utf-8' : charset
    const part = (type: string, content: Buffer) =>
      `--b\r\nContent-Type: ${type}${charset === '' ? '' : `; charset=${charset}`}\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n`
    const html = Buffer.concat([Buffer.from('<style>p{}</style><p>'), octets, Buffer.from('</p>')])
    const messagesOf = [
      part('text/plain', octets),
      part('text/html', html),
      `--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: =?${named}?B?${octets.toString('base64')}?=\r\n\r\nx\r\n`,
      `--b\r\nContent-Type: application/pdf; name*=${named}''${percent}\r\n\r\nx\r\n`,
      `--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename*0*=${named}''${percent.slice(0, 6)}; filename*1*=${percent.slice(6)}\r\n\r\nx\r\n`,
      `--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;\r\n filename="=?${named}?B?${octets.toString('base64')}?="\r\n\r\nx\r\n`,
    ]
    for (const parts of messagesOf) await append(server, `c${number}`, `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`)
    const player = await server.as(`c${number}`)
    await player.play('C: A SELECT INBOX\nS: ...\nS: A OK *')
    const wanted = (charsets[number]?.[2] ?? '').replace(/[\u0080-\uffff]/g, (char) =>
      [...Buffer.from(char)].map((octet) => `\\x${octet.toString(16)}`).join(''),
    )
    const search = async (key: string, found: string): Promise<void> =>
      player.play(`C> s SEARCH CHARSET UTF-8 ${key} "${wanted}"\\r\\n\nS: * SEARCH ${found}\nS: s OK *`)
    for (const isIndexed of [false, true]) {
      if (isIndexed) await index(server, `c${number}`)
      await search('BODY', '1 2')
      await search('TEXT', '1 2 3 4 5 6')
      await search('FUZZY TEXT', '1 2 3 4 5 6')
    }
  }
})

test('a search that takes long says how far it is (RFC 9585)', async (context) => {
  const { player } = await start(context, { limits: { progressMs: 0 } })
  await player.play(`
    C: a SEARCH BODY quillfeather
    S: * OK [INPROGRESS ("a" 5 5)] *
    S: * SEARCH 1
    S: a OK *
    C: b ESEARCH IN (personal) BODY quillfeather
    S: * OK [INPROGRESS ("b" NIL NIL)] *
    S: * ESEARCH *
    S: b OK *
    C: c SEARCH UNSEEN
    S: * SEARCH *
    S: c OK *
  `)
})
