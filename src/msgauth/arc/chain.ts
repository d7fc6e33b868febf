import type { DmarcAtSealer, DmarcResult } from '../authentication.ts'
import { type HeaderField, valueOf } from '../header-fields.ts'
import { maxArcSets } from '../limits.ts'
import { parseTagList } from '../tag-list.ts'
import { signingDomain } from '../dkim/signature.ts'

/** What one handler added (RFC 8617 4.1). */
export interface ArcSet {
  /** ARC-Authentication-Results */
  readonly results: HeaderField
  /** ARC-Message-Signature */
  readonly message: HeaderField
  readonly seal: HeaderField
  readonly sealTags: ReadonlyMap<string, string>
  /** d= of the seal; '' where it cannot be read. */
  readonly sealer: string
}

export interface ArcChain {
  /** Oldest first, without gaps; those that are whole. */
  readonly sets: readonly ArcSet[]
  /** Why the chain is broken, whatever its signatures say (RFC 8617 5.2 steps 1 to 3). */
  readonly fault?: string
}

const parts = { 'arc-authentication-results': 'results', 'arc-message-signature': 'message', 'arc-seal': 'seal' } as const

type Part = (typeof parts)[keyof typeof parts]

/** The sets of a message; none: it was never sealed. */
export function findChain(fields: readonly HeaderField[]): ArcChain {
  const found = new Map<number, Partial<Record<Part, HeaderField>>>()
  let fault: string | undefined
  for (const field of fields) {
    const part = isPart(field.name) ? parts[field.name] : undefined
    if (part === undefined) continue
    const instance = readInstance(field, part)
    if (instance === undefined) {
      fault ??= 'a field without a number'
      continue
    }
    const set = found.get(instance) ?? {}
    if (set[part] !== undefined) fault ??= `two fields of one kind in set ${instance}`
    set[part] = field
    found.set(instance, set)
  }
  const sets: ArcSet[] = []
  for (let instance = 1; instance <= found.size; instance += 1) {
    const { results, message, seal } = found.get(instance) ?? {}
    if (results === undefined || message === undefined || seal === undefined) return { sets, fault: fault ?? `set ${instance} is not whole` }
    const sealTags = parseTagList(valueOf(seal)) ?? new Map<string, string>()
    const expected = instance === 1 ? 'none' : 'pass'
    if (sealTags.get('cv')?.toLowerCase() !== expected) fault ??= `seal ${instance} does not say cv=${expected}`
    sets.push({ results, message, seal, sealTags, sealer: signingDomain(sealTags.get('d') ?? '') })
  }
  return fault === undefined ? { sets } : { sets, fault }
}

/** Where a chain ends, whole sets or not: the highest number, 0 where there is none, and whether its seal says that the chain is broken. */
export function endOfChain(fields: readonly HeaderField[]): { readonly instance: number; readonly saysFail: boolean } {
  let end = { instance: 0, saysFail: false }
  for (const field of fields) {
    const part = isPart(field.name) ? parts[field.name] : undefined
    const instance = part === undefined ? undefined : readInstance(field, part)
    if (instance === undefined || instance < end.instance) continue
    const saysFail = part === 'seal' && parseTagList(valueOf(field))?.get('cv')?.toLowerCase() === 'fail'
    end = { instance, saysFail: saysFail || (instance === end.instance && end.saysFail) }
  }
  return end
}

function isPart(name: string): name is keyof typeof parts {
  return Object.hasOwn(parts, name)
}

/** i= as a tag; in ARC-Authentication-Results it stands before the results (RFC 8617 4.1.1). */
function readInstance(field: HeaderField, part: Part): number | undefined {
  const text =
    part === 'results'
      ? (/^[ \t\r\n]*i[ \t\r\n]*=[ \t\r\n]*(\d{1,2})[ \t\r\n]*;/.exec(valueOf(field))?.[1] ?? '')
      : (parseTagList(valueOf(field))?.get('i') ?? '')
  const instance = /^[1-9]\d?$/.test(text) ? Number(text) : 0
  return instance >= 1 && instance <= maxArcSets ? instance : undefined
}

/** What a sealer's results say of DMARC (RFC 8601 2.2): quotations and comments are left out, for anybody may stand in them. */
export function dmarcOf(results: HeaderField): DmarcAtSealer | undefined {
  const plain = valueOf(results)
    .slice(0, 10_000)
    .replace(/"(?:[^"\\]|\\.)*"|\([^()]*\)/gs, ' ')
  const [, result, properties = ''] = /;[ \t\r\n]*dmarc[ \t\r\n]*=[ \t\r\n]*(none|pass|fail|temperror|permerror)\b([^;]*)/i.exec(plain) ?? []
  if (result === undefined) return undefined
  const domain = /\bheader\.from[ \t\r\n]*=[ \t\r\n]*([\w.-]+)/i.exec(properties)?.[1] ?? ''
  return { result: result.toLowerCase() as DmarcResult, domain: domain.toLowerCase() }
}
