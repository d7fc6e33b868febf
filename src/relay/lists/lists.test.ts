import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test from 'node:test'
import { meaningOf, readBlocklists } from './blocklists.ts'
import { ListedAnswers } from './listed-answers.ts'
import { liveLists } from './live-lists.ts'

const shipped = path.join(import.meta.dirname, '../../../rules')
const reply = (said: string) => {
  const [, code = '', enhanced, text = ''] = /^(\d{3})[ -](?:(\d\.\d+\.\d+) )?(.*)$/.exec(said) ?? []
  return { code: Number(code), enhanced, lines: [text] }
}

// Each answer that is shipped has its examples beside it, tried when the file is read; these say what it comes to.
const live = liveLists({ shipped, own: '/nowhere', onFault: (fault) => assert.fail(String(fault)), now: () => 0 }).current()
for (const [said, name, at] of [
  ['554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org', 'SPAMHAUS', 'zen.spamhaus.org'],
  ['550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. (AS3140)', 'SPAMHAUS', 'zen.spamhaus.org'],
  ['550 permanent failure (ann@b.example:blocked) - http://www.barracudacentral.org/rbl/removal-request/192.0.2.1', 'BARRACUDA', 'b.barracudacentral.org'],
  ['550 5.1.1 your network is listed at bl.spamcop.net', 'SPAMCOP', 'bl.spamcop.net'],
  ["550 5.7.1 messages from [192.0.2.1] weren't sent, since part of their network is on our block list (S3140).", 'MICROSOFT_CONSUMER', undefined],
  ["550 5.7.1 messages from [192.0.2.1] weren't sent (S3150)", 'MICROSOFT_CONSUMER', undefined],
  ['550 5.7.606 Access denied, banned sending IP [192.0.2.1]', 'MICROSOFT_365', undefined],
  ['421 4.7.0 suspicious due to the very low reputation of the sending IP address', 'GOOGLE', undefined],
  ['421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints', 'YAHOO', undefined],
  ['554-gmx.net Nemesis ESMTP Service not available 554-IP address is black listed.', 'GMX', undefined],
  ['554-web.de Nemesis ESMTP Service not available 554-IP address is black listed.', 'GMX', undefined],
  ['554 IP=192.0.2.1 - A problem occurred. (contact tosa@rx.t-online.de to clarify.) (BL)', 'T_ONLINE', undefined],
  ['550 5.7.1 Zugriff verweigert: Ihre IP-Adresse 192.0.2.1 ist gesperrt', 'T_ONLINE', undefined],
  ['554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1', 'PROOFPOINT', undefined],
  ["554 Your access to this mail system has been rejected due to the sending MTA's poor reputation.", 'CISCO', undefined],
  ['550 5.7.1 Unknown words of a small server: 192.0.2.1 is listed in our DNSBL', 'COMMON', undefined],
  ['421 4.7.0 Messages from 192.0.2.1 temporarily deferred: listed on our internal block list', 'COMMON', undefined],
  ['550 Ihre IP-Adresse steht auf unserer Sperrliste', 'COMMON', undefined],
] as const) {
  test(`"${said}" says that our address is listed: ${name}`, () => {
    const found = live.answers.find(reply(said))
    assert.deepEqual([found?.name, found?.at], [name, at])
  })
}

for (const said of [
  '250 2.0.0 accepted, though you are listed in our DNSBL',
  '550 5.1.1 The email account that you tried to reach does not exist',
  '554 5.7.1 Blocked: the message holds a URL listed in https://www.uribl.com',
  '550 5.7.1 Your sender domain is listed in dbl.spamhaus.org',
  '550 5.7.1 the recipient has this address on a blacklist of their own, alice is not listed here',
  '450 4.7.1 Greylisted, please come back later',
  '550 5.7.26 This mail is unauthenticated, which poses a security risk',
  '421 4.7.28 Our system has detected an unusual rate of unsolicited mail',
]) {
  test(`"${said}" does not`, () => assert.equal(live.answers.find(reply(said)), undefined))
}

const blocklists = (text: string) => readBlocklists([{ file: 'own.txt', text }])
for (const [text, wrong] of [
  ['blacklist bl.example 1', /own\.txt:1: "blacklist": a line that is not indented begins with "blocklist"/],
  ['blocklist b_l 1', /own\.txt:1: "b_l" is no domain name/],
  ['blocklist bl.example', /own\.txt:1: "blocklist bl\.example" is followed by its weight, 0 to 100/],
  ['blocklist bl.example 101', /weight, 0 to 100/],
  ['blocklist bl.example 1\nblocklist BL.example 2', /own\.txt:2: there is a blocklist bl\.example above/],
  ['# first\n\nblocklist bl.example 1\n  nme x', /own\.txt:4: "nme x" is none of/],
  ['blocklist bl.example 1\n  code 127.0.0.2', /own\.txt:2/],
  ['blocklist bl.example 1\n  ignore all', /own\.txt:2/],
  ['blocklist bl.example 1\n  apply javascript:x', /own\.txt:2/],
  ['  name x', /own\.txt:1: an indented line/],
] as const) {
  test(`blocklists: ${JSON.stringify(text)} is refused`, () => assert.throws(() => blocklists(text), wrong))
}

const answers = (text: string) => new ListedAnswers([{ file: 'own.txt', text }])
for (const [text, wrong] of [
  ['answer A', /own\.txt:1: answer A lacks "says"/],
  ['answer a\n  says "x y"', /own\.txt:1/],
  ['answer A\n  says x', /own\.txt:2: "says" is followed by texts in double quotes/],
  ['answer A\n  says "listed"\n  fires "550 no"', /own\.txt:3: this answer is taken for none, not for A/],
  ['answer A\n  says "listed"\n  spares "550 listed"', /own\.txt:3: this answer is taken for A/],
  ['never\n  says "x y"\n  at bl.example', /own\.txt:3: "at" is none of says, spares/],
] as const) {
  test(`answers: ${JSON.stringify(text)} is refused`, () => assert.throws(() => answers(text), wrong))
}

test('a listing is what a list says it is', () => {
  const list = blocklists('blocklist bl.example 3\n  code 127.0.0.2 127.0.0.3 sent spam\n  ignore 127.0.0.9').get('bl.example')
  assert.ok(list)
  assert.equal(meaningOf(list, ['127.0.0.2']), 'sent spam')
  assert.equal(meaningOf(list, ['127.0.0.9', '127.0.0.4']), '127.0.0.4')
  assert.equal(meaningOf(list, ['127.0.0.9']), undefined)
})

test('the files of the operator hold without a restart, and a broken one changes nothing', async () => {
  const own = await mkdtemp(path.join(tmpdir(), 'posthorn-lists-'))
  try {
    let nowMs = 0
    const faults: string[] = []
    const lists = liveLists({ shipped, own: path.join(own, 'rules'), onFault: (fault) => faults.push(String(fault)), now: () => nowMs })
    const zones = () => [...lists.current().blocklists.keys()]
    assert.ok(zones().includes('zen.spamhaus.org'))
    assert.ok(!zones().includes('dnsbl-3.uceprotect.net'), 'it is off')
    await mkdir(path.join(own, 'rules'))
    await writeFile(path.join(own, 'rules/relay-blocklists.txt'), 'blocklist zen.spamhaus.org 20\n  off\nblocklist bl.example 1\n')
    nowMs += 2_000
    assert.ok(!zones().includes('zen.spamhaus.org'))
    assert.ok(zones().includes('bl.example'))
    await writeFile(path.join(own, 'rules/listed-answers.txt'), 'answer A\n')
    nowMs += 2_000
    assert.ok(zones().includes('bl.example'))
    assert.equal(faults.length, 1)
    assert.match(faults[0] ?? '', /listed-answers\.txt:1: answer A lacks "says"/)
  } finally {
    await rm(own, { recursive: true })
  }
})

test('an answer can be as long as it likes', () => {
  const startMs = performance.now()
  assert.equal(live.answers.find({ code: 550, enhanced: undefined, lines: ['ip '.repeat(100_000)] }), undefined)
  assert.ok(performance.now() - startMs < 100)
})
