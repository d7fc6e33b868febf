import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { AccountId, MailboxId, ModSeq, Uid } from '../../mail/ids.ts'
import type { Mailbox, MailboxChanges, MailboxView } from '../../store/mailbox.ts'
import type { Store } from '../../store/store.ts'
import { parseUidRanges } from '../../store/uid-ranges.ts'
import { Live } from './live.ts'
import { RecentRanges } from './recent.ts'
import { type Telling, Tracker } from './tracker.ts'

/** A mailbox whose changes the test makes; only what `Live` asks of a store. */
class FakeMailbox {
  readonly messages = new Map<number, { system: number; keywords: string; modSeq: number }>()
  readonly expunged: { uid: number; modSeq: number }[] = []
  uidNext = 1
  modSeq = 1
  recentFrom = 1

  constructor(count: number) {
    this.append(count)
  }

  append(count = 1): void {
    this.modSeq++
    for (let i = 0; i < count; i++) this.messages.set(this.uidNext++, { system: 0, keywords: '', modSeq: this.modSeq })
  }

  expunge(...uids: number[]): void {
    this.modSeq++
    for (const uid of uids) if (this.messages.delete(uid)) this.expunged.push({ uid, modSeq: this.modSeq })
  }

  flag(uid: number, system: number, keywords = ''): void {
    this.modSeq++
    if (this.messages.has(uid)) this.messages.set(uid, { system, keywords, modSeq: this.modSeq })
  }

  get mailbox(): Mailbox {
    return {
      mailboxId: 1 as MailboxId,
      name: 'INBOX',
      specialUse: null,
      subscribed: false,
      uidValidity: 1,
      uidNext: this.uidNext as Uid,
      recentFrom: this.recentFrom as Uid,
      messages: this.messages.size,
      unseen: 0,
      sizeBytes: 0,
      highestModSeq: this.modSeq as ModSeq,
    }
  }

  view(): MailboxView {
    const uids = Uint32Array.from(this.messages.keys())
    return {
      mailbox: this.mailbox,
      uids,
      system: new Uint8Array(uids.length),
      keywords: new Uint32Array(uids.length),
      keywordSets: [''],
      modSeqs: Float64Array.from(this.messages.values(), ({ modSeq }) => modSeq),
    }
  }

  changes(since: number): MailboxChanges {
    const changed = [...this.messages]
      .filter(([, { modSeq }]) => modSeq > since)
      .map(([uid, flags]) => ({ uid: uid as Uid, ...flags, modSeq: flags.modSeq as ModSeq }))
    const expunged = this.expunged.filter(({ modSeq }) => modSeq > since).map(({ uid }) => uid as Uid)
    return { mailbox: this.mailbox, changed: changed.sort((a, b) => a.uid - b.uid), expunged: expunged.sort((a, b) => a - b) }
  }

  live(): Live {
    const store: Pick<Store, 'changes' | 'takeRecent'> = {
      changes: async (_account, _mailbox, since) => this.changes(since),
      takeRecent: async () => {
        const from = this.recentFrom
        this.recentFrom = this.uidNext
        return { from: from as Uid, before: this.uidNext as Uid }
      },
    }
    return new Live(store as Store, 1 as AccountId, this.view())
  }
}

async function told(tracker: Tracker, options: Partial<Telling> = {}): Promise<string[]> {
  let text = ''
  await tracker.tell(
    { text: (more) => void (text += more), flow: async () => {} },
    { expunges: true, withUid: false, withModSeq: false, vanished: false, ...options },
  )
  return text.split('\r\n').filter((line) => line !== '')
}

test('what happened is told once, in the order that keeps numbers right', async (t) => {
  const table: { readonly name: string; readonly do: (box: FakeMailbox) => void; readonly tells: readonly string[] }[] = [
    { name: 'nothing', do: () => {}, tells: [] },
    { name: 'new messages', do: (box) => box.append(2), tells: ['* 7 EXISTS', '* 2 RECENT'] },
    { name: 'expunge, the last one first', do: (box) => box.expunge(2, 4), tells: ['* 4 EXPUNGE', '* 2 EXPUNGE'] },
    { name: 'flags', do: (box) => box.flag(3, 1), tells: ['* 3 FETCH (FLAGS (\\Seen))'] },
    { name: 'flags twice', do: (box) => (box.flag(3, 1), box.flag(3, 4)), tells: ['* 3 FETCH (FLAGS (\\Flagged))'] },
    { name: 'flags of what is gone', do: (box) => (box.flag(3, 1), box.expunge(3)), tells: ['* 3 EXPUNGE'] },
    { name: 'flags after an expunge before it', do: (box) => (box.expunge(1), box.flag(3, 1)), tells: ['* 1 EXPUNGE', '* 2 FETCH (FLAGS (\\Seen))'] },
    { name: 'came and went', do: (box) => (box.append(1), box.expunge(6)), tells: [] },
    { name: 'new and marked', do: (box) => (box.append(1), box.flag(6, 1)), tells: ['* 6 EXISTS', '* 1 RECENT'] },
    {
      name: 'new keyword',
      do: (box) => box.flag(1, 0, '$a b'),
      tells: ['* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $a b)', '* 1 FETCH (FLAGS ($a b))'],
    },
    {
      name: 'all at once',
      do: (box) => (box.expunge(5), box.append(1), box.flag(1, 8)),
      tells: ['* 5 EXPUNGE', '* 5 EXISTS', '* 1 RECENT', '* 1 FETCH (FLAGS (\\Deleted))'],
    },
  ]
  for (const row of table) {
    await t.test(row.name, async () => {
      const box = new FakeMailbox(5)
      box.recentFrom = box.uidNext
      const live = box.live()
      const tracker = new Tracker(live, false, new RecentRanges())
      row.do(box)
      await live.ask()
      assert.deepEqual(await told(tracker), row.tells)
      assert.deepEqual(await told(tracker), [])
      assert.equal(tracker.exists, box.messages.size)
    })
  }
})

test('numbers stay while EXPUNGE may not be sent (RFC 9051 7.5.1)', async () => {
  const box = new FakeMailbox(6)
  box.recentFrom = box.uidNext
  const live = box.live()
  const tracker = new Tracker(live, false, new RecentRanges())
  box.expunge(2, 3, 6)
  box.flag(4, 1)
  box.append(1)
  await live.ask()
  assert.deepEqual(
    (await told(tracker, { expunges: false, withUid: true })).filter((line) => !line.includes('RECENT')),
    ['* 7 EXISTS', '* 4 FETCH (UID 4 FLAGS (\\Seen))'],
  )
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].map((seq) => tracker.uidAt(seq)),
    [1, 0, 0, 4, 5, 0, 7],
  )
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].map((uid) => tracker.seqOf(uid)),
    [1, 0, 0, 4, 5, 0, 7],
  )
  const chosen = tracker.bySequence([
    [2, 4],
    [6, 0],
  ])
  assert.deepEqual([...(chosen?.uids ?? [])], [4, 7])
  assert.equal(chosen?.someGone, true)
  assert.deepEqual([...(tracker.bySequence([[4, 5]])?.uids ?? [])], [4, 5])
  assert.equal(tracker.bySequence([[4, 5]])?.someGone, false)
  assert.equal(tracker.bySequence([[8, 8]]), undefined)
  assert.deepEqual([...(tracker.bySequence([[9, 0]])?.uids ?? [])], [7])
  assert.deepEqual(await told(tracker), ['* 6 EXPUNGE', '* 3 EXPUNGE', '* 2 EXPUNGE'])
  assert.deepEqual(
    [1, 2, 3, 4].map((seq) => tracker.uidAt(seq)),
    [1, 4, 5, 7],
  )
})

test('\\Recent is for one session (RFC 3501 2.3.2)', async () => {
  const box = new FakeMailbox(2)
  const live = box.live()
  box.recentFrom = 2
  const recent = new RecentRanges()
  await live.claimRecent(recent)
  const first = new Tracker(live, false, recent)
  const second = new Tracker(live, false, new RecentRanges())
  const reader = new Tracker(live, true, new RecentRanges())
  assert.deepEqual([first.isRecent(1), first.isRecent(2), first.recentCount()], [false, true, 1])
  box.append(1)
  await live.ask()
  assert.deepEqual(await told(first), ['* 3 EXISTS', '* 2 RECENT'])
  assert.deepEqual(await told(second), ['* 3 EXISTS'])
  assert.deepEqual(await told(reader), ['* 3 EXISTS'])
  assert.deepEqual([first.isRecent(3), second.isRecent(3)], [true, false])
  first.close()
  box.append(1)
  await live.ask()
  assert.deepEqual(await told(second), ['* 4 EXISTS', '* 1 RECENT'])
})

test('two claims at the same time share, and overlap nowhere', async () => {
  const box = new FakeMailbox(3)
  box.recentFrom = 2
  const live = box.live()
  const one = new RecentRanges()
  const two = new RecentRanges()
  const claims = Promise.all([live.claimRecent(one), live.claimRecent(two)])
  box.append(1)
  await claims
  box.append(1)
  await live.claimRecent(one)
  const uids = [1, 2, 3, 4, 5]
  assert.deepEqual(
    uids.filter((uid) => one.has(uid) && two.has(uid)),
    [],
  )
  assert.deepEqual(
    uids.filter((uid) => one.has(uid) || two.has(uid)),
    [2, 3, 4, 5],
  )
})

test('STORE .SILENT is not told its own change, but another one after it', async () => {
  const box = new FakeMailbox(2)
  const live = box.live()
  const tracker = new Tracker(live, false, new RecentRanges())
  box.flag(1, 1)
  const mine = box.modSeq as ModSeq
  box.flag(2, 1)
  await live.ask()
  tracker.knows(mine)
  assert.deepEqual(await told(tracker), ['* 2 FETCH (FLAGS (\\Seen))'])
})

test('what a session stored itself, the view does itself, unless something else happened', async () => {
  const box = new FakeMailbox(3)
  const live = box.live()
  const [mine, other] = [new Tracker(live, false, undefined), new Tracker(live, false, undefined)]
  const before = box.modSeq as ModSeq
  const change = { uids: [[2, 3]], mode: 'add', flags: { system: 1, keywords: '' } } as const
  // The mailbox is not asked: it knows nothing of this.
  await live.reachFlags(change, { since: before, modSeq: (before + 5) as ModSeq, modified: [] })
  mine.knows((before + 5) as ModSeq)
  assert.deepEqual(await told(mine), [])
  assert.deepEqual(
    await told(other, { withModSeq: true }),
    [2, 3].map((seq) => `* ${seq} FETCH (FLAGS (\\Seen) MODSEQ (${before + 5}))`),
  )
  assert.equal(live.modSeq, before + 5)
  // Something came between, so the mailbox is asked.
  box.modSeq = before + 6
  box.flag(1, 4)
  await live.reachFlags(change, { since: (before + 6) as ModSeq, modSeq: box.modSeq as ModSeq, modified: [] })
  assert.deepEqual(await told(other), ['* 1 FETCH (FLAGS (\\Flagged))'])
})

test('a session that asks nothing hears of each message once, however often its flags change', async () => {
  const box = new FakeMailbox(2)
  const live = box.live()
  const tracker = new Tracker(live, false, undefined)
  for (let times = 0; times < 50; times++) {
    box.flag(1, times % 2)
    await live.ask()
  }
  assert.deepEqual(await told(tracker), ['* 1 FETCH (FLAGS (\\Seen))'])
})

test('a mailbox with keywords without end announces some of them', () => {
  const box = new FakeMailbox(0)
  const keywordSets = ['', ...Array.from({ length: 20_000 }, (_, index) => `a${index} b${index}`)]
  const live = new Live({} as Store, 1 as AccountId, { ...box.view(), keywordSets })
  assert.equal(live.keywordList().length, 1_000)
  assert.ok(live.sizeBytes > 200_000, 'they count for the cache')
})

test('VANISHED names what was shown and went, and modSeqs go with flags (RFC 7162 3.2)', async () => {
  const box = new FakeMailbox(5)
  const live = box.live()
  const tracker = new Tracker(live, false, new RecentRanges())
  const qresync = { withUid: true, withModSeq: true, vanished: true }
  box.expunge(2, 3)
  box.append(2)
  box.expunge(6)
  box.flag(4, 1)
  await live.ask()
  assert.equal(tracker.toldModSeq, 2)
  assert.deepEqual(await told(tracker, { ...qresync, expunges: false }), [
    '* 6 EXISTS',
    '* 4 RECENT',
    `* 4 FETCH (UID 4 FLAGS (\\Recent \\Seen) MODSEQ (${box.modSeq}))`,
  ])
  assert.equal(tracker.toldModSeq, 2, 'what went is still to be told')
  assert.deepEqual(await told(tracker, qresync), ['* VANISHED 2:3'])
  assert.equal(tracker.toldModSeq, box.modSeq)
  assert.deepEqual([...live.changedSince(tracker.all(), 3 as ModSeq)], [4, 7])
})

test('a client that follows what it is told has the mailbox, whatever happens', async () => {
  type Step = { readonly do: 'append' | 'expunge' | 'flag' | 'tell' | 'hold'; readonly n: number }
  const step: fc.Arbitrary<Step> = fc.record({ do: fc.constantFrom('append', 'expunge', 'flag', 'tell', 'hold'), n: fc.nat(40) })
  await fc.assert(
    fc.asyncProperty(fc.nat(10), fc.array(step, { maxLength: 40 }), fc.boolean(), async (count, steps, vanished) => {
      const box = new FakeMailbox(count)
      const live = box.live()
      const tracker = new Tracker(live, false, new RecentRanges())
      // What the client knows: a UID for each number, looked up only when EXISTS announces it.
      const client: number[] = [...tracker.all()]
      const follow = (lines: readonly string[]): void => {
        for (const line of lines) {
          const [, number = '', word] = line.split(' ')
          if (word === 'EXPUNGE') client.splice(Number(number) - 1, 1)
          if (number === 'VANISHED') {
            for (const [first, last] of parseUidRanges(word ?? '')) {
              for (let uid = first; uid <= last; uid++) assert.equal(client.splice(client.indexOf(uid), 1)[0], uid, 'it was there')
            }
          }
          if (word === 'EXISTS') while (client.length < Number(number)) client.push(tracker.uidAt(client.length + 1))
        }
      }
      for (const { do: what, n } of steps) {
        const some = [...box.messages.keys()]
        if (what === 'append') box.append(1 + (n % 3))
        if (what === 'expunge') box.expunge(...some.filter((_, i) => i % 5 === n % 5))
        if (what === 'flag' && some.length > 0) box.flag(some[n % some.length] ?? 0, n % 32)
        if (what === 'tell' || what === 'hold') {
          await live.ask()
          follow(await told(tracker, { expunges: what === 'tell', vanished }))
          assert.equal(client.length, tracker.exists)
          client.forEach((uid, i) => assert.equal(tracker.uidAt(i + 1), box.messages.has(uid) ? uid : 0))
        }
      }
      await live.ask()
      follow(await told(tracker, { vanished }))
      assert.equal(tracker.toldModSeq, box.modSeq)
      assert.deepEqual(client, [...box.messages.keys()])
    }),
    { numRuns: 300 },
  )
})
