import { type Place, quotedText, type RuleBlock, RuleError, ruleBlocks, type RuleLine } from '../../base/rule-blocks.ts'
import { parseDomain } from '../../mail/domain.ts'
import { formatRemoteReply, type RemoteReply } from '../../mail/remote-reply.ts'
import type { Source } from './blocklists.ts'

/** A way of saying "your address is listed" (rules/listed-answers.txt says what each line means). */
export interface ListedAnswer {
  readonly name: string
  /** Zone of the blocklist that it is about; undefined: a list that only they know. */
  readonly at: string | undefined
  readonly apply: string | undefined
}

interface Wording extends ListedAnswer {
  readonly says: readonly (readonly string[])[]
}

interface Example {
  readonly answer: string
  readonly place: Place
  /** Name of the answer that it must be taken for; undefined: for none. */
  readonly meant: string | undefined
}

/** UTF-16 units of an answer that are looked at. */
const maxText = 2000
const mostWordings = 500

/** Knows the answers of other servers that say that our address is listed. Plain pieces of text, so that no answer can be made to cost time. */
export class ListedAnswers {
  readonly #wordings = new Map<string, Wording>()
  readonly #never: (readonly string[])[] = []

  /** A block takes the place of one of its name in an earlier file. @throws RuleError also where an example is not taken as it says */
  constructor(sources: readonly Source[]) {
    const examples: Example[] = []
    for (const { file, text } of sources) for (const block of ruleBlocks(file, text)) this.#read(block, examples)
    for (const { answer, place, meant } of examples) {
      const found = this.#find(answer)?.name
      if (meant !== undefined && found !== meant) throw new RuleError(place, `this answer is taken for ${found ?? 'none'}, not for ${meant}`)
      if (meant === undefined && found !== undefined) throw new RuleError(place, `this answer is taken for ${found}`)
    }
  }

  /** Undefined: it says nothing of the kind. */
  find(reply: RemoteReply): ListedAnswer | undefined {
    return reply.code < 400 ? undefined : this.#find(formatRemoteReply(reply))
  }

  #find(answer: string): ListedAnswer | undefined {
    const text = answer.slice(0, maxText).toLowerCase()
    const says = (pieces: readonly string[]) => pieces.every((piece) => beginsWord(text, piece))
    if (this.#never.some(says)) return undefined
    return [...this.#wordings.values()].find((wording) => wording.says.some(says))
  }

  #read({ place, head, lines }: RuleBlock, examples: Example[]): void {
    const [kind, name = '', ...rest] = head
    const isNever = kind === 'never' && name === ''
    if (!isNever && (kind !== 'answer' || !/^[A-Z][A-Z0-9_]{0,63}$/.test(name) || rest.length > 0)) {
      throw new RuleError(place, `"${head.join(' ')}": right would be "never", or "answer NAME" in capitals, digits and underscores`)
    }
    const says: (readonly string[])[] = []
    let [at, apply] = [undefined as string | undefined, undefined as string | undefined]
    for (const line of lines) {
      const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(line.text) ?? []
      if (key === 'says') says.push(readPieces(value, line))
      else if (key === 'spares') examples.push({ answer: quotedText(value, line.place), place: line.place, meant: undefined })
      else if (isNever) throw new RuleError(line.place, `"${key}" is none of says, spares`)
      else if (key === 'fires') examples.push({ answer: quotedText(value, line.place), place: line.place, meant: name })
      else if (key === 'apply' && value !== '') apply = value
      else if (key === 'at') at = readZone(value, line)
      else throw new RuleError(line.place, `"${key}" is none of at, apply, says, fires, spares`)
    }
    if (says.length === 0) throw new RuleError(place, `${head.join(' ')} lacks "says"`)
    if (isNever) this.#never.push(...says)
    else this.#wordings.set(name, { name, at, apply, says })
    if (this.#wordings.size > mostWordings) throw new RuleError(place, `at most ${mostWordings} answers`)
  }
}

function readZone(value: string, { place }: RuleLine): string {
  const zone = parseDomain(value)
  if (zone === undefined) throw new RuleError(place, `"${value}" is no domain name`)
  return zone
}

function readPieces(value: string, { place }: RuleLine): readonly string[] {
  if (!/^"[^"]{2,}"(?:,\s*"[^"]{2,}")*$/.test(value))
    throw new RuleError(place, '"says" is followed by texts in double quotes, two characters or more, with commas between')
  return [...value.matchAll(/"([^"]+)"/g)].map(([, piece = '']) => piece.toLowerCase())
}

/** "ip" is in "your IP address", not in "recipient". */
function beginsWord(text: string, piece: string): boolean {
  const isWord = wordCharacter.test(piece.charAt(0))
  for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
    if (!isWord || at === 0 || !wordCharacter.test(text.charAt(at - 1))) return true
  }
  return false
}

const wordCharacter = /[\p{L}\p{N}]/u
