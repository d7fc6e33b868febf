import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { writeThreads } from '../write/threads.ts'
import { Pauses } from './pauses.ts'
import { orderBy, type ThreadAlgorithm, threadsOf } from './thread.ts'

interface Mail {
  readonly id: number
  readonly references: readonly number[]
  readonly subject: number
  readonly isReply: boolean
  readonly sentS: number
}

async function threaded(algorithm: ThreadAlgorithm, mails: readonly Mail[]): Promise<string> {
  const pauses = new Pauses()
  const input = {
    count: mails.length,
    idHash: Float64Array.from(mails, ({ id }) => id),
    subjectHash: Float64Array.from(mails, ({ subject, isReply }) => subject * 2 + (isReply ? 1 : 0)),
    references: mails.map(({ references }) => Float64Array.from(references)),
    order: await orderBy(
      Float64Array.from(mails, ({ sentS }) => sentS),
      pauses,
    ),
  }
  let text = ''
  const out = { text: (more: string) => void (text += more), flow: () => Promise.resolve() }
  const numbers = Uint32Array.from(mails, (_, index) => index + 1)
  await writeThreads(out, await threadsOf(algorithm, input, pauses), numbers)
  return text.slice('* THREAD'.length).trim()
}

/** A container of the algorithm as RFC 5256 3 tells it, step by step, with nothing kept for later. */
class Container {
  mail: number | undefined
  parent: Container | undefined
  children: Container[] = []

  adopt(child: Container): void {
    child.parent?.children.splice(child.parent.children.indexOf(child), 1)
    child.parent = this
    this.children.push(child)
  }

  isBelow(other: Container): boolean {
    return this === other || this.parent?.isBelow(other) === true
  }
}

/** REFERENCES, or with `subjects` false its steps without the fifth. */
function slowly(mails: readonly Mail[], subjects: boolean): string {
  const byId = new Map<number, Container>()
  const all: Container[] = []
  const containerOf = (id: number) => {
    let container = byId.get(id)
    if (container === undefined) byId.set(id, (container = new Container()))
    return container
  }
  for (const [index, { id, references }] of mails.entries()) {
    const taken = id === 0 || byId.get(id)?.mail !== undefined
    const current = taken ? new Container() : containerOf(id)
    current.mail = index
    all.push(current)
    let previous: Container | undefined
    for (const reference of references) {
      const container = containerOf(reference)
      if (previous !== undefined && container.parent === undefined && !previous.isBelow(container)) previous.adopt(container)
      previous = container
    }
    if (current.parent !== undefined) current.parent.children.splice(current.parent.children.indexOf(current), 1)
    current.parent = undefined
    if (previous !== undefined && !previous.isBelow(current)) previous.adopt(current)
  }
  let roots = [...new Set([...byId.values(), ...all])].filter(({ parent }) => parent === undefined)
  const pruned = (container: Container): Container[] => {
    container.children = container.children.flatMap(pruned)
    return container.mail === undefined ? container.children : [container]
  }
  roots = roots.flatMap((root) => {
    const children = pruned(root)
    if (root.mail !== undefined || children.length < 2) return children
    root.children = children
    return [root]
  })
  const mailOf = (container: Container): Mail & { index: number } => {
    const index = container.mail ?? 0
    return { ...(mails[index] as Mail), index }
  }
  /** Of a dummy the first child. */
  const first = (container: Container): Container => (container.mail === undefined ? ([...container.children].sort(byDate)[0] ?? container) : container)
  const byDate = (a: Container, b: Container): number => {
    const [one, other] = [mailOf(first(a)), mailOf(first(b))]
    return one.sentS - other.sentS || one.index - other.index
  }
  roots.sort(byDate)
  if (subjects) roots = merged(roots, (root) => mailOf(first(root)))
  const write = (container: Container): string => {
    const children = container.children.sort(byDate).map(write)
    const own = container.mail === undefined ? '' : String(container.mail + 1)
    if (children.length === 0) return own
    return `${own}${own === '' ? '' : ' '}${children.length === 1 ? (children[0] ?? '') : children.map((child) => `(${child})`).join('')}`
  }
  if (subjects)
    return roots
      .sort(byDate)
      .map((root) => `(${write(root)})`)
      .join('')
  const newest = (container: Container): number =>
    Math.max(container.mail === undefined ? -1 : mailOf(container).sentS * 1000 + container.mail, ...container.children.map(newest))
  return roots
    .sort((a, b) => newest(a) - newest(b))
    .map((root) => `(${write(root)})`)
    .join('')
}

function merged(roots: readonly Container[], about: (root: Container) => Mail): Container[] {
  const table = new Map<number, Container>()
  const isDummy = (root: Container) => root.mail === undefined
  for (const root of roots) {
    const { subject, isReply } = about(root)
    if (subject === 0) continue
    const other = table.get(subject)
    if (other === undefined || (!isDummy(other) && (isDummy(root) || (about(other).isReply && !isReply)))) table.set(subject, root)
  }
  let kept = [...roots]
  for (const root of roots) {
    const { subject, isReply } = about(root)
    const other = table.get(subject)
    if (subject === 0 || other === undefined || other === root) continue
    kept = kept.filter((one) => one !== root)
    if (isDummy(root) && isDummy(other)) for (const child of [...root.children]) other.adopt(child)
    else if (isDummy(other) || (isReply && !about(other).isReply)) other.adopt(root)
    else {
      const dummy = new Container()
      dummy.adopt(other)
      dummy.adopt(root)
      kept = [...kept.filter((one) => one !== other), dummy]
      table.set(subject, dummy)
    }
  }
  return kept
}

/** Mail as people write it: each answers something before it, or nothing; it comes in any order, some is missing, some comes twice. */
const correspondence = fc
  .array(fc.record({ answers: fc.nat(), cut: fc.nat(4), subject: fc.nat(4), isReply: fc.boolean(), sentS: fc.nat(50), fate: fc.nat(9), place: fc.nat() }), {
    maxLength: 40,
  })
  .map((written) => {
    const chains: number[][] = []
    const mails = written.map(({ answers, cut, subject, isReply, sentS, fate, place }, index) => {
      const parent = answers % (index + 1)
      const chain = parent === index ? [] : [...(chains[parent] ?? []), parent + 1]
      chains.push(chain)
      return { mail: { id: fate === 1 ? 0 : index + 1, references: cut === 0 ? chain.slice(-2) : chain, subject, isReply, sentS }, fate, place }
    })
    return mails.sort((a, b) => a.place - b.place).flatMap(({ mail, fate }) => (fate === 0 ? [] : fate === 2 ? [mail, mail] : [mail]))
  })

test('REFERENCES and REFS are what RFC 5256 tells step by step', async () => {
  await fc.assert(
    fc.asyncProperty(correspondence, async (mails) => {
      assert.equal(await threaded('REFERENCES', mails), slowly(mails, true))
      assert.equal(await threaded('REFS', mails), slowly(mails, false))
    }),
    { numRuns: 1_500 },
  )
})

test('whatever refers to whatever, each message comes once', async () => {
  const nonsense = fc.array(
    fc.record({
      id: fc.nat(12),
      references: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 6 }),
      subject: fc.nat(3),
      isReply: fc.boolean(),
      sentS: fc.nat(9),
    }),
    { maxLength: 30 },
  )
  await fc.assert(
    fc.asyncProperty(nonsense, fc.constantFrom('REFERENCES', 'REFS', 'ORDEREDSUBJECT'), async (mails, algorithm) => {
      const text = await threaded(algorithm, mails)
      assert.deepEqual(
        (text.match(/\d+/g) ?? []).map(Number).sort((a, b) => a - b),
        mails.map((_, index) => index + 1),
      )
      assert.match(text, /^(\(.*\))?$/)
      assert.doesNotMatch(text, /\(\)|\( | \)|  /)
    }),
    { numRuns: 500 },
  )
})

test('ORDEREDSUBJECT: the first of a subject has the others below it, all by date', async () => {
  const mail = (subject: number, sentS: number): Mail => ({ id: 0, references: [], subject, isReply: false, sentS })
  assert.equal(await threaded('ORDEREDSUBJECT', [mail(1, 5), mail(2, 4), mail(1, 3), mail(2, 6), mail(1, 9), mail(3, 1)]), '(6)(3 (1)(5))(2 4)')
})

test('a thread as deep as there are messages costs no more than a flat one, and no stack', { timeout: 20_000 }, async () => {
  const count = 50_000
  const subject = 1
  const deep = Array.from(
    { length: count },
    (_, index): Mail => ({ id: index + 1, references: index === 0 ? [] : [index], subject, isReply: true, sentS: index }),
  )
  assert.equal((await threaded('REFERENCES', deep)).length, deep.map((_, index) => `${index + 1} `).join('').length + 1)
  const backwards = deep.toReversed()
  assert.equal(
    await threaded('REFS', backwards),
    `(${backwards
      .map((_, index) => index + 1)
      .toReversed()
      .join(' ')})`,
  )
  const dummies = deep.map((mail, index) => ({ ...mail, id: 0, references: [index + 1, index + 2] }))
  assert.ok((await threaded('REFERENCES', dummies)).length > count)
})
