import assert from 'node:assert/strict'
import type { Random } from '../random.ts'
import type { ImapAnswer, ImapSession, Upload } from './imap-session.ts'
import { anySize, makeMessage, readMessage } from './test-message.ts'

interface Box {
  /** Undefined: made by a command, not looked at since. */
  readonly uidValidity: number | undefined
  readonly uidNext: number
  /** UID → message id and flags. */
  readonly messages: Readonly<Record<number, { readonly id: string; readonly flags: readonly string[] }>>
}

type Boxes = Readonly<Record<string, Box>>

interface NewMessage extends Upload {
  readonly id: string
}

/** A command, and what it makes of the mailboxes. */
interface Step {
  readonly what: string
  readonly run: (session: ImapSession) => Promise<ImapAnswer>
  readonly after: (boxes: Boxes) => Boxes
}

/**
 * An account with one client and no mail from outside: what its mailboxes hold, UIDs and flags included, follows from the commands that got
 * their OK. The command under way when the server died may have been done or not.
 */
export class ModelAccount {
  readonly name: string
  readonly #random: Random
  #boxes: Boxes = {}
  #pending: Step | undefined
  #names = 0
  #messages = 0
  /** Whose octets have been compared, by UIDVALIDITY and UID. */
  readonly #compared = new Map<string, string>()
  readonly #sent = new Map<string, Buffer>()
  /** Commands that got their OK. */
  done = 0

  constructor(name: string, random: Random) {
    this.name = name
    this.#random = random
  }

  /** Compares what is there with what must be, and goes on from there. `everything`: also octets that were compared before. */
  async check(session: ImapSession, everything = false): Promise<void> {
    if (everything) this.#compared.clear()
    const found = await this.#read(session)
    const pending = this.#pending
    const possible = [this.#boxes, ...(pending === undefined ? [] : [pending.after(this.#boxes)])]
    const match = possible.find((boxes) => isSame(boxes, found))
    if (match === undefined && Object.keys(this.#boxes).length > 0) {
      assert.deepEqual(found, withValidities(possible.at(-1) ?? {}, found), `${this.name}: what is there after "${pending?.what ?? 'all was answered'}"`)
    }
    this.#boxes = found
    this.#pending = undefined
  }

  /** Until the server is gone. */
  async work(session: ImapSession): Promise<never> {
    for (;;) await this.step(session)
  }

  async step(session: ImapSession): Promise<void> {
    const step = await this.#choose(session)
    this.#pending = step
    const { status, text } = await step.run(session)
    assert.equal(status, 'OK', `${this.name}: ${step.what}: ${status} ${text}`)
    this.#boxes = step.after(this.#boxes)
    this.#pending = undefined
    this.done++
  }

  async #choose(session: ImapSession): Promise<Step> {
    const random = this.#random
    const names = Object.keys(this.#boxes)
    const own = names.filter((name) => name.startsWith('box'))
    const count = names.reduce((sum, name) => sum + uidsOf(this.#boxes, name).length, 0)
    const name = random.pick(names)
    const uids = uidsOf(this.#boxes, name).filter(() => random.chance(0.4))
    const dice = random.next()
    if (uids.length === 0 || (dice < 0.35 && count < 60)) return this.#append(random.pick(names))
    if (dice > 0.85) {
      // A selected mailbox that is deleted ends the session.
      await session.ok('SELECT "INBOX"')
      if (own.length < 4) return this.#create(own)
      if (own.length > 7 || random.chance(0.3)) return this.#delete(random.pick(own))
      return random.chance(0.15) ? this.#renameInbox() : this.#rename(random.pick(own))
    }
    await session.select(name)
    if (dice < 0.42) return this.#replace(name, uids[0] ?? 0, random.pick(names))
    if (dice < 0.57) return this.#flags(name, uids)
    if (dice < 0.65 && count < 60) return this.#copy(name, uids, random.pick(names), false)
    if (dice < 0.72) return this.#copy(name, uids, random.pick(names), true)
    return this.#expunge(name, uids)
  }

  /** One message or several: all of them come, or none. */
  #append(name: string): Step {
    const messages = Array.from({ length: this.#random.chance(0.3) ? this.#random.between(2, 5) : 1 }, () => this.#newMessage())
    return {
      what: `APPEND ${messages.map(({ id }) => id).join()} to ${name}`,
      run: (session) => session.append(name, messages),
      after: (boxes) => changed(boxes, name, (box) => appended(box, messages)),
    }
  }

  #replace(name: string, uid: number, to: string): Step {
    const message = this.#newMessage()
    return {
      what: `REPLACE ${name} ${uid} by ${message.id} in ${to}`,
      run: (session) => session.replace(uid, to, message),
      after: (boxes) =>
        changed(
          changed(boxes, to, (box) => appended(box, [message])),
          name,
          (box) => without(box, [uid]),
        ),
    }
  }

  #newMessage(): NewMessage {
    const flags = this.#random.chance(0.3) ? ['\\Seen'] : []
    const { id, octets } = makeMessage(`${this.name}-${++this.#messages}`, this.#random.chance(0.3) ? anySize(this.#random) : 300)
    this.#sent.set(id, octets)
    return { id, flags, octets }
  }

  #flags(name: string, uids: readonly number[]): Step {
    const mode = this.#random.pick(['+', '-', ''])
    const flags = this.#random.pick([['\\Seen'], ['\\Flagged'], ['$Forwarded', '\\Answered'], ['work']])
    const next = (old: readonly string[]) => {
      if (mode === '') return [...flags].sort()
      return (mode === '+' ? [...new Set([...old, ...flags])] : old.filter((flag) => !flags.includes(flag))).sort()
    }
    return {
      what: `STORE ${name} ${uids.join()} ${mode}FLAGS ${flags.join(' ')}`,
      run: (session) => session.command(`UID STORE ${uids.join()} ${mode}FLAGS.SILENT (${flags.join(' ')})`),
      after: (boxes) =>
        changed(boxes, name, (box) => ({ ...box, messages: mapped(box.messages, uids, (message) => ({ ...message, flags: next(message.flags) })) })),
    }
  }

  #copy(from: string, uids: readonly number[], to: string, move: boolean): Step {
    const verb = move ? 'MOVE' : 'COPY'
    return {
      what: `${verb} ${from} ${uids.join()} to ${to}`,
      run: (session) => session.command(`UID ${verb} ${uids.join()} "${to}"`),
      after(boxes) {
        const messages = uids.map((uid) => boxes[from]?.messages[uid]).filter((message) => message !== undefined)
        const added = changed(boxes, to, (box) => ({
          ...box,
          uidNext: box.uidNext + messages.length,
          messages: { ...box.messages, ...Object.fromEntries(messages.map((message, index) => [box.uidNext + index, message])) },
        }))
        return move ? changed(added, from, (box) => without(box, uids)) : added
      },
    }
  }

  #expunge(name: string, uids: readonly number[]): Step {
    return {
      what: `expunge ${name} ${uids.join()}`,
      async run(session) {
        // Not a step of its own: POP3 would do both at once, too.
        await session.ok(`UID STORE ${uids.join()} +FLAGS.SILENT (\\Deleted)`)
        return await session.command(`UID EXPUNGE ${uids.join()}`)
      },
      after: (boxes) => changed(boxes, name, (box) => without(box, uids)),
    }
  }

  #create(own: readonly string[]): Step {
    const name = `${own.length > 0 && this.#random.chance(0.3) ? `${this.#random.pick(own)}/` : ''}box${++this.#names}`
    return {
      what: `CREATE ${name}`,
      run: (session) => session.command(`CREATE "${name}"`),
      after: (boxes) => ({ ...boxes, [name]: { uidValidity: undefined, uidNext: 1, messages: {} } }),
    }
  }

  #rename(name: string): Step {
    const to = `box${++this.#names}`
    return {
      what: `RENAME ${name} ${to}`,
      run: (session) => session.command(`RENAME "${name}" "${to}"`),
      after: (boxes) =>
        Object.fromEntries(Object.entries(boxes).map(([old, box]) => [old === name || old.startsWith(`${name}/`) ? to + old.slice(name.length) : old, box])),
    }
  }

  #renameInbox(): Step {
    const to = `box${++this.#names}`
    return {
      what: `RENAME INBOX ${to}`,
      run: (session) => session.command(`RENAME INBOX "${to}"`),
      after(boxes) {
        const messages = uidsOf(boxes, 'INBOX').map((uid, index) => [index + 1, boxes['INBOX']?.messages[uid]] as const)
        const made = { uidValidity: undefined, uidNext: messages.length + 1, messages: Object.fromEntries(messages) as Box['messages'] }
        return { ...changed(boxes, 'INBOX', (box) => ({ ...box, messages: {} })), [to]: made }
      },
    }
  }

  #delete(name: string): Step {
    const target = Object.keys(this.#boxes).findLast((other) => other.startsWith(`${name}/`)) ?? name
    return {
      what: `DELETE ${target}`,
      run: (session) => session.command(`DELETE "${target}"`),
      after: (boxes) => Object.fromEntries(Object.entries(boxes).filter(([other]) => other !== target)),
    }
  }

  async #read(session: ImapSession): Promise<Boxes> {
    const boxes: Record<string, Box> = {}
    for (const name of await session.list()) {
      const { uidValidity, uidNext } = await session.select(name)
      const messages: Record<number, { id: string; flags: readonly string[] }> = {}
      const found = uidNext > 1 ? await session.fetch('1:*') : []
      const fresh = found.filter(({ uid }) => !this.#compared.has(`${uidValidity}:${uid}`)).map(({ uid }) => uid)
      for (const { uid, octets } of fresh.length === 0 ? [] : await session.fetch(fresh.join(), { octets: true })) {
        const { id } = readMessage(octets ?? Buffer.alloc(0))
        assert.ok(octets !== undefined && this.#sent.get(id)?.equals(octets), `${this.name}: ${id} byte for byte`)
        this.#compared.set(`${uidValidity}:${uid}`, id)
      }
      for (const { uid, flags } of found)
        messages[uid] = { id: this.#compared.get(`${uidValidity}:${uid}`) ?? '', flags: flags.filter((flag) => flag !== '\\Deleted') }
      boxes[name] = { uidValidity, uidNext, messages }
    }
    return boxes
  }
}

function uidsOf(boxes: Boxes, name: string): number[] {
  return Object.keys(boxes[name]?.messages ?? {})
    .map(Number)
    .sort((a, b) => a - b)
}

function changed(boxes: Boxes, name: string, change: (box: Box) => Box): Boxes {
  const box = boxes[name]
  if (box === undefined) throw new Error(`the model has no mailbox ${name}`)
  return { ...boxes, [name]: change(box) }
}

function appended(box: Box, messages: readonly NewMessage[]): Box {
  const added = messages.map(({ id, flags }, index) => [box.uidNext + index, { id, flags }] as const)
  return { ...box, uidNext: box.uidNext + messages.length, messages: { ...box.messages, ...Object.fromEntries(added) } }
}

function without(box: Box, uids: readonly number[]): Box {
  return { ...box, messages: Object.fromEntries(Object.entries(box.messages).filter(([uid]) => !uids.includes(Number(uid)))) }
}

function mapped(messages: Box['messages'], uids: readonly number[], change: (message: Box['messages'][number]) => Box['messages'][number]): Box['messages'] {
  return Object.fromEntries(Object.entries(messages).map(([uid, message]) => [uid, uids.includes(Number(uid)) ? change(message) : message]))
}

/** A mailbox that was just made has whatever UIDVALIDITY the server chose. */
function withValidities(boxes: Boxes, found: Boxes): Boxes {
  return Object.fromEntries(Object.entries(boxes).map(([name, box]) => [name, { ...box, uidValidity: box.uidValidity ?? found[name]?.uidValidity }]))
}

function isSame(boxes: Boxes, found: Boxes): boolean {
  try {
    assert.deepEqual(found, withValidities(boxes, found))
    return true
  } catch {
    return false
  }
}
