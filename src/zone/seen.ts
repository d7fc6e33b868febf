import type { Answer, RecordType } from '../dns/answer.ts'
import type { HostNames } from '../protection/reverse-lookup.ts'

/** What was found out beyond single answers. */
export interface SeenMore {
  /** What SPF says of each address that mail leaves by. */
  readonly spf: readonly { readonly ip: string; readonly result: string; readonly reason: string }[]
  /** Mechanisms of the SPF record that ask the DNS, those of the records it includes among them. */
  readonly spfTerms: number
  /** The DMARC record that holds for the domain, though it has none of its own. */
  readonly inheritedDmarc: string | undefined
  /** Hosts of other organisations to which DMARC reports are to go, and that did not agree. */
  readonly disagreeing: readonly string[]
  /** Of our addresses: those mail leaves by, and those of the mail exchange. */
  readonly reverse: readonly { readonly ip: string; readonly names: HostNames }[]
  /** Names whose answers DNSSEC proves to be wrong. */
  readonly bogus: readonly string[]
}

/** Answers of the DNS about one domain, and when they were given. */
export class Seen {
  readonly #answers: ReadonlyMap<string, Answer<RecordType>>
  readonly more: SeenMore
  readonly nowMs: number

  constructor(answers: ReadonlyMap<string, Answer<RecordType>>, more: SeenMore, nowMs: number) {
    this.#answers = answers
    this.more = more
    this.nowMs = nowMs
  }

  /** What was not asked for is not known. */
  answer<Type extends RecordType>(name: string, type: Type): Answer<Type> {
    return (this.#answers.get(questionKey(name, type)) as Answer<Type> | undefined) ?? { status: 'failed', why: 'aborted' }
  }

  /** IPv4 and IPv6 addresses of a host; undefined: the DNS could not tell all of them, and none was found. */
  addresses(host: string): readonly string[] | undefined {
    const [four, six] = [this.answer(host, 'A'), this.answer(host, 'AAAA')]
    const found = [...(four.status === 'found' ? four.records : []), ...(six.status === 'found' ? six.records : [])]
    return found.length === 0 && (four.status === 'failed' || six.status === 'failed') ? undefined : found
  }
}

export function questionKey(name: string, type: RecordType): string {
  return `${type} ${name}`
}
