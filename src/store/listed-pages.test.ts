import assert from 'node:assert/strict'
import test from 'node:test'
import type { AccountId, MailboxId, Uid } from '../mail/ids.ts'
import type { ListPage } from './columns.ts'
import type { ListArguments } from './list-query.ts'
import { ListedPages } from './listed-pages.ts'

const whole: ListArguments = { accountId: 1 as AccountId, mailboxId: 1 as MailboxId, first: 1, last: 500, envelope: true, bodyStructure: true }

/** A mailbox of which every third message is there, read in pages of at most `most` messages. */
class Index {
  readonly pages = new ListedPages()
  reads: string[] = []
  most = 1000

  /** What FETCH would write of each message of the answer, and where to ask again. */
  async ask(args: Partial<ListArguments>): Promise<{ readonly said: string[]; readonly next: Uid | undefined }> {
    const page = await this.pages.get({ ...whole, ...args }, async (asked) => this.#read(asked))
    const text = Buffer.from(page.octets).toString()
    const said = Array.from(page.uids, (uid, row) => {
      const envelope = text.slice(page.ends[2 * row - 1] ?? 0, page.ends[2 * row])
      return [uid, page.internalDatesMs[row], page.sizesBytes[row], envelope, text.slice(page.ends[2 * row], page.ends[2 * row + 1])].join(' ')
    })
    return { said, next: page.next }
  }

  #read({ first, last }: ListArguments): ListPage {
    this.reads.push(`${first}:${last}`)
    const there = uids(first, last)
    const some = there.slice(0, this.most)
    const texts = some.flatMap((uid) => [`e${uid}`, `structure${uid}`])
    let end = 0
    return {
      uids: Uint32Array.from(some),
      internalDatesMs: Float64Array.from(some, (uid) => uid * 1000),
      sizesBytes: Float64Array.from(some, (uid) => uid + 7),
      octets: Buffer.from(texts.join('')),
      ends: Uint32Array.from(texts, (text) => (end += text.length)),
      next: there.length > some.length ? (((some.at(-1) ?? 0) + 1) as Uid) : undefined,
    }
  }
}

function uids(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((uid) => uid % 3 === 0)
}

const said = (first: number, last: number) => uids(first, last).map((uid) => `${uid} ${uid * 1000} ${uid + 7} e${uid} structure${uid}`)

test('what was listed is remembered, for that mailbox and those columns alone', async () => {
  const index = new Index()
  const first = await index.ask({})
  assert.deepEqual(first, { said: said(1, 500), next: undefined })
  assert.deepEqual(await index.ask({}), first)
  assert.equal(index.reads.length, 1)
  for (const other of [{ accountId: 2 as AccountId }, { mailboxId: 2 as MailboxId }, { envelope: false }, { bodyStructure: false }]) {
    index.reads = []
    await index.ask(other)
    assert.equal(index.reads.length, 1, JSON.stringify(other))
  }
})

test('a part of what was listed is answered from memory, and only what is missing is asked for', async () => {
  const index = new Index()
  await index.ask({ first: 100, last: 200 })
  assert.deepEqual(await index.ask({ first: 120, last: 180 }), { said: said(120, 180), next: undefined })
  assert.deepEqual(await index.ask({ first: 100, last: 100 }), { said: [], next: undefined })
  assert.deepEqual(await index.ask({ first: 150, last: 250 }), { said: said(150, 200), next: 201 })
  assert.deepEqual(index.reads, ['100:200'])
  assert.deepEqual(await index.ask({ first: 201, last: 300 }), { said: said(201, 300), next: undefined })
  assert.deepEqual(await index.ask({ first: 201, last: 299 }), { said: said(201, 299), next: undefined })
  // From before what is known: read whole, instead of the one page between two others.
  assert.deepEqual(await index.ask({ first: 90, last: 310 }), { said: said(90, 310), next: undefined })
  assert.deepEqual(await index.ask({ first: 150, last: 310 }), { said: said(150, 310), next: undefined })
  assert.deepEqual(index.reads, ['100:200', '201:300', '90:310'])
})

test('of a page that had no room for all, what it has is known', async () => {
  const index = new Index()
  index.most = 50
  assert.deepEqual(await index.ask({}), { said: said(1, 150), next: 151 })
  assert.deepEqual(await index.ask({ first: 149 }), { said: said(149, 150), next: 151 })
  assert.deepEqual(await index.ask({ first: 151 }), { said: said(151, 300), next: 301 })
  assert.equal(index.reads.length, 2)
})

test('two that ask at the same time get the same', async () => {
  const index = new Index()
  const ranges = [{ first: 1 }, { first: 1, last: 300 }, { first: 200 }, { first: 200, last: 300 }, { first: 1 }]
  const answers = await Promise.all(ranges.map((range) => index.ask(range)))
  for (const [at, { first, last = 500 }] of ranges.entries()) assert.deepEqual(answers[at], { said: said(first, last), next: undefined })
  for (const { first, last = 500 } of ranges) assert.deepEqual(await index.ask({ first, last }), { said: said(first, last), next: undefined })
  assert.equal(index.reads.length, ranges.length)
})

test('pages longest unused are forgotten, so that memory is bounded', async () => {
  const index = new Index()
  const large = (first: number) => ({ first, last: first + 99_999, mailboxId: 3 as MailboxId })
  index.most = 100_000
  // About 1.6 MB each.
  for (let n = 0; n < 25; n++) await index.ask(large(n * 100_000 + 1))
  index.reads = []
  await index.ask(large(24 * 100_000 + 1))
  assert.deepEqual(index.reads, [])
  await index.ask(large(1))
  assert.equal(index.reads.length, 1)
})
