import { readFile } from 'node:fs/promises'

/**
 * Scripted tests of imaptest (its documentation: "Scripted Testing Configuration"): a header of `key: value` lines, an empty
 * line, then groups of commands with the replies that must come. Octets are latin1 throughout.
 */
export interface Script {
  readonly name: string
  readonly capabilities: readonly string[]
  readonly connections: number
  readonly state: 'nonauth' | 'auth' | 'created' | 'appended' | 'selected'
  /** How many messages of the mbox are put into the mailbox; undefined: all. */
  readonly messages: number | undefined
  readonly groups: readonly Group[]
}

/** Commands that are sent together on one connection, and what is expected before the last of their tagged replies. */
export interface Group {
  readonly line: number
  readonly connection: number
  readonly commands: readonly { readonly text: string; readonly reply: Reply }[]
  readonly untagged: readonly { readonly sign: '*' | '!' | '?'; readonly pattern: string }[]
}

/** `status` '' is any; the text after it must begin with `prefix`. */
export interface Reply {
  readonly status: 'ok' | 'no' | 'bad' | ''
  readonly prefix: string
}

export async function readScript(path: string, name: string): Promise<Script> {
  const [head, body, bodyLine] = splitHeader(await readFile(path, 'latin1'))
  const header = new Map(head.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const connections = Number(header.get('connections') ?? 1)
  const messages = header.get('messages')
  return {
    name,
    capabilities: (header.get('capabilities') ?? '')
      .toUpperCase()
      .split(/\s+/)
      .filter((word) => word !== ''),
    connections,
    state: (header.get('state') ?? 'selected') as Script['state'],
    messages: messages === undefined || messages === 'all' ? undefined : Number(messages),
    groups: new GroupReader(connections).read(body, bodyLine),
  }
}

function splitHeader(text: string): [head: string[], body: string, bodyLine: number] {
  const lines = text.split('\n')
  const end = lines.indexOf('')
  return [lines.slice(0, end).filter((line) => line !== '' && !line.startsWith('#')), lines.slice(end + 1).join('\n'), end + 2]
}

/** A line with the literals (`{{{` … `}}}`) that it spans, as they stand. */
function* logicalLines(body: string, firstLine: number): Generator<{ readonly text: string; readonly line: number }> {
  const lines = body.split('\n')
  for (let i = 0; i < lines.length; i++) {
    const line = firstLine + i
    let text = lines[i] ?? ''
    while (text.slice(text.lastIndexOf('\n') + 1).endsWith('{{{') && i + 1 < lines.length) {
      do {
        i++
        text += `\n${lines[i] ?? ''}`
      } while (!(lines[i] ?? '').startsWith('}}}') && i + 1 < lines.length)
    }
    if (text !== '' && !text.startsWith('#')) yield { text, line }
  }
}

interface Pending {
  readonly tag: string
  readonly text: string
  reply: Reply | undefined
}

class GroupReader {
  readonly #connections: number
  readonly #groups: Group[] = []
  #commands: Pending[] = []
  #untagged: Group['untagged'][number][] = []
  #line = 0
  #connection = 0

  constructor(connections: number) {
    this.#connections = connections
  }

  read(body: string, firstLine: number): readonly Group[] {
    for (const { text, line } of logicalLines(body, firstLine)) {
      const sign = /^([*!?]) /.exec(text)
      if (sign !== null) this.#untagged.push({ sign: sign[1] as '*', pattern: text.slice(2) })
      else this.#command(text, line)
    }
    this.#finish()
    return this.#groups
  }

  #command(text: string, line: number): void {
    const numbered = this.#connections > 1 ? /^(\d+) /.exec(text) : null
    const connection = numbered === null ? 0 : Number(numbered[1]) - 1
    const rest = numbered === null ? text : text.slice(numbered[0].length)
    const word = (/^\S+/.exec(rest)?.[0] ?? '').toLowerCase()
    const waiting = this.#commands.filter((command) => command.reply === undefined)
    const tagged = /^(tag\d+) ([^]*)$/.exec(rest)
    if (tagged !== null) this.#taggedLine(tagged[1] ?? '', tagged[2] ?? '', { connection, line })
    else if (!isStatus(word)) this.#start({ tag: '', text: rest, reply: undefined }, { connection, line })
    else if (waiting[0] !== undefined) waiting[0].reply = replyOf(rest)
    else this.#start({ tag: '', text: rest.slice(word.length + 1), reply: { status: statusOf(word), prefix: '' } }, { connection, line })
  }

  /** Pipelined commands, then their replies. */
  #taggedLine(tag: string, rest: string, where: { readonly connection: number; readonly line: number }): void {
    const command = this.#commands.find((one) => one.tag === tag && one.reply === undefined)
    const word = (/^\S+/.exec(rest)?.[0] ?? '').toLowerCase()
    if (command !== undefined && isStatus(word)) command.reply = replyOf(rest)
    else if (this.#commands.some((one) => one.reply !== undefined)) this.#start({ tag, text: rest, reply: undefined }, where)
    else if (this.#commands.length === 0) this.#start({ tag, text: rest, reply: undefined }, where)
    else this.#commands.push({ tag, text: rest, reply: undefined })
  }

  #start(command: Pending, { connection, line }: { readonly connection: number; readonly line: number }): void {
    this.#finish()
    this.#commands = [command]
    this.#connection = connection
    this.#line = line
  }

  #finish(): void {
    if (this.#commands.length > 0) {
      const commands = this.#commands.map(({ text, reply }) => ({ text, reply: reply ?? { status: '' as const, prefix: '' } }))
      this.#groups.push({ line: this.#line, connection: this.#connection, commands, untagged: this.#untagged })
    }
    this.#commands = []
    this.#untagged = []
  }
}

function isStatus(word: string): boolean {
  return word === 'ok' || word === 'no' || word === 'bad' || word === '""'
}

function statusOf(word: string): Reply['status'] {
  return word === '""' ? '' : (word as 'ok')
}

function replyOf(text: string): Reply {
  const word = (/^\S+/.exec(text)?.[0] ?? '').toLowerCase()
  return { status: statusOf(word), prefix: text.slice(word.length + 1).trim() }
}

/** Literals of a script: `{{{` with line ends made CRLF, `~{{{` as it stands. `write` gets the octets and "~" or "", and says what stands for them. */
export function replaceLiterals(text: string, write: (octets: string, sign: string) => string): string {
  return text.replace(/(~?)\{\{\{\n([^]*?)\n\}\}\}/g, (_whole, sign: string, content: string) =>
    write(sign === '' ? content.replace(/\r?\n/g, '\r\n') : content, sign),
  )
}

/** Messages of an mbox with the date of their From line, ms. */
export async function readMbox(path: string): Promise<readonly { readonly octets: string; readonly dateMs: number }[]> {
  const text = await readFile(path, 'latin1')
  return text
    .split(/^(?=From \S+ {1,2}\w{3} )/m)
    .filter((message) => message.startsWith('From '))
    .map((message) => {
      const end = message.indexOf('\n')
      const date = message.slice(message.indexOf(' ', 5), end).trim()
      const dateMs = Date.parse(/[+-]\d{4}$/.test(date) ? date : `${date} UTC`)
      return { octets: message.slice(end + 1).replace(/\r?\n/g, '\r\n'), dateMs }
    })
}
