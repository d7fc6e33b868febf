import { randomInt } from 'node:crypto'
import * as packet from 'dns-packet'
import { formatIp, parseIp } from '../mail/ip.ts'
import type { DnsFailure, RecordOf, RecordType, Service, TlsAssociation } from './answer.ts'
import { ednsBufferBytes, maxAliases, maxRecordsInMessage } from './limits.ts'
import { canonicalName } from './name.ts'

/** A question as it goes out. */
export interface Query {
  readonly id: number
  readonly name: string
  readonly type: RecordType
  readonly octets: Uint8Array
}

/** What one server's answer says. `name`: where CNAMEs led. `alias`: the CNAMEs end at a name whose records were not sent along. */
export type Meaning<Type extends RecordType> =
  | { readonly kind: 'found'; readonly name: string; readonly records: readonly RecordOf[Type][]; readonly ttlSeconds: number; readonly authenticated: boolean }
  | { readonly kind: 'alias'; readonly target: string; readonly ttlSeconds: number; readonly authenticated: boolean }
  | { readonly kind: 'none'; readonly why: 'no such name' | 'no such record'; readonly ttlSeconds: number; readonly authenticated: boolean }
  | { readonly kind: 'failed'; readonly why: DnsFailure }
  | { readonly kind: 'truncated' }
  /** The server does not understand EDNS (RFC 6891 7): ask again without. */
  | { readonly kind: 'no edns' }

const headerLength = 12

/** The AD bit asks for validation without the signatures (RFC 6840 5.7). `unvalidated`: the CD bit asks for the answer whatever DNSSEC says of it (RFC 4035 3.2.2). */
export function encodeQuery(name: string, type: RecordType, edns: boolean, unvalidated = false): Query {
  const id = randomInt(0x1_0000)
  const opt: packet.OptAnswer = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: ednsBufferBytes,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
  }
  const octets = packet.encode({
    type: 'query',
    id,
    flags: packet.RECURSION_DESIRED | packet.AUTHENTIC_DATA | (unvalidated ? packet.CHECKING_DISABLED : 0),
    questions: [{ type, name }],
    additionals: edns ? [opt] : [],
  })
  return { id, name, type, octets }
}

/** Is this the answer to that question? Cheap, so that forged packets cost little. */
export function answers(response: Uint8Array, query: Query): boolean {
  if (response.length < headerLength) return false
  const view = new DataView(response.buffer, response.byteOffset, response.byteLength)
  if (view.getUint16(0) !== query.id || (view.getUint16(2) & 0x80_00) === 0) return false
  // A server that did not understand the question may leave it out (RFC 1035 4.1.1, FORMERR)
  if (view.getUint16(4) === 0) return (view.getUint16(2) & 0xf) !== 0
  if (view.getUint16(4) !== 1) return false
  const end = headerLength + query.name.length + 2 + 4
  if (response.length < end) return false
  for (let at = headerLength; at < end; at++) if (lower(response[at]) !== lower(query.octets[at])) return false
  return true
}

/** The meaning of octets that `answers` let through. */
export function readMeaning<Type extends RecordType>(response: Uint8Array, query: Query & { readonly type: Type }): Meaning<Type> {
  const view = new DataView(response.buffer, response.byteOffset, response.byteLength)
  const flags = view.getUint16(2)
  if ((flags & packet.TRUNCATED_RESPONSE) !== 0) return { kind: 'truncated' }
  const rcode = flags & 0xf
  if (rcode === formErr || rcode === notImp) return { kind: 'no edns' }
  if (rcode === refused) return { kind: 'failed', why: 'refused' }
  if (rcode !== noError && rcode !== nxDomain) return { kind: 'failed', why: 'server failure' }
  if (view.getUint16(6) + view.getUint16(8) + view.getUint16(10) > maxRecordsInMessage) return { kind: 'failed', why: 'malformed' }
  let message: packet.DecodedPacket
  try {
    message = packet.decode(Buffer.from(response.buffer, response.byteOffset, response.byteLength))
  } catch {
    return { kind: 'failed', why: 'malformed' }
  }
  return interpret(message, query, rcode === nxDomain)
}

const noError = 0
const formErr = 1
const nxDomain = 3
const notImp = 4
const refused = 5

function interpret<Type extends RecordType>(message: packet.DecodedPacket, query: Query & { readonly type: Type }, noSuchName: boolean): Meaning<Type> {
  const authenticated = message.flag_ad
  const chain = followAliases(message.answers ?? [], query)
  if (chain === undefined) return { kind: 'failed', why: 'too many aliases' }
  if (chain.answers.length > 0) {
    const records: RecordOf[Type][] = []
    for (const answer of chain.answers) {
      const record = readRecord(query.type, answer)
      if (record === undefined) return { kind: 'failed', why: 'malformed' }
      records.push(record)
    }
    return { kind: 'found', name: chain.name, records, ttlSeconds: chain.ttlSeconds, authenticated }
  }
  const soa = (message.authorities ?? []).find((record) => record.type === 'SOA')
  const negativeTtl = soa === undefined ? 0 : Math.min(ttlOf(soa), soa.data.minimum ?? 0)
  const ttlSeconds = Math.min(chain.ttlSeconds, negativeTtl)
  if (noSuchName) return { kind: 'none', why: 'no such name', ttlSeconds, authenticated }
  if (soa !== undefined) return { kind: 'none', why: 'no such record', ttlSeconds, authenticated }
  if (chain.name !== query.name) return { kind: 'alias', target: chain.name, ttlSeconds: chain.ttlSeconds, authenticated }
  // A referral from a server that does not recurse is no answer (RFC 2308 2.2)
  const referral = (message.authorities ?? []).some((record) => record.type === 'NS')
  return referral && !message.flag_aa ? { kind: 'failed', why: 'lame' } : { kind: 'none', why: 'no such record', ttlSeconds: 0, authenticated }
}

interface Chain {
  readonly name: string
  readonly ttlSeconds: number
  readonly answers: readonly packet.Answer[]
}

/** From the name asked for along CNAMEs to the records of the type asked for; undefined: the chain is too long or a circle. */
function followAliases(all: readonly packet.Answer[], query: Query): Chain | undefined {
  let name = query.name
  let ttlSeconds = Number.POSITIVE_INFINITY
  for (let aliases = 0; aliases <= maxAliases; aliases++) {
    const here = all.filter((answer) => canonicalName(answer.name) === name)
    const answers = here.filter((answer) => answer.type === query.type && 'class' in answer && answer.class === 'IN')
    if (answers.length > 0) return { name, answers, ttlSeconds: Math.min(ttlSeconds, ...answers.map(ttlOf)) }
    const alias = here.find((answer) => answer.type === 'CNAME')
    const target = alias?.type === 'CNAME' ? canonicalName(alias.data) : undefined
    if (alias === undefined || target === undefined) return { name, answers, ttlSeconds }
    ttlSeconds = Math.min(ttlSeconds, ttlOf(alias))
    name = target
  }
  return undefined
}

/** RFC 2181 8: a TTL with the first bit set is 0. */
function ttlOf(answer: packet.Answer): number {
  const ttl = 'ttl' in answer ? (answer.ttl ?? 0) : 0
  return ttl > 0x7f_ff_ff_ff ? 0 : ttl
}

type Readers = { readonly [Type in RecordType]: (answer: packet.Answer) => RecordOf[Type] | undefined }

/** dns-packet takes an address's octets without looking at their number, so each is read again. */
const readers: Readers = {
  A: (answer) => (answer.type === 'A' ? ipText(answer.data) : undefined),
  AAAA: (answer) => (answer.type === 'AAAA' ? ipText(answer.data) : undefined),
  PTR: (answer) => (answer.type === 'PTR' ? nameText(answer.data) : undefined),
  CNAME: (answer) => (answer.type === 'CNAME' ? nameText(answer.data) : undefined),
  MX: (answer) => (answer.type === 'MX' ? { preference: answer.data.preference ?? 0, exchange: nameText(answer.data.exchange) } : undefined),
  TXT: (answer) => (answer.type === 'TXT' ? txtText(answer.data) : undefined),
  TLSA: (answer) => (answer.type === 'TLSA' ? association(answer.data) : undefined),
  SRV: (answer) => (answer.type === 'SRV' ? service(answer.data) : undefined),
}

function readRecord<Type extends RecordType>(type: Type, answer: packet.Answer): RecordOf[Type] | undefined {
  return readers[type](answer)
}

function ipText(text: string): string | undefined {
  const ip = parseIp(text)
  return ip === undefined ? undefined : formatIp(ip)
}

/** Names in data are shown as they are; whoever asks for them next finds out whether they can be names. */
function nameText(text: string): string {
  return text.toLowerCase().replace(/\.$/, '')
}

function txtText(data: packet.TxtData): string {
  const parts = Array.isArray(data) ? data : [data]
  return parts.map((part) => (typeof part === 'string' ? part : part.toString('latin1'))).join('')
}

function association({ usage, selector, matchingType, certificate }: packet.TlsaData): TlsAssociation {
  // A copy: the packet's memory is used again.
  return { usage, selector, matchingType, data: Uint8Array.from(certificate) }
}

function service({ priority, weight, port, target }: packet.SrvData): Service {
  return { priority: priority ?? 0, weight: weight ?? 0, port, target: nameText(target) }
}

function lower(octet: number | undefined): number {
  return octet !== undefined && octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : (octet ?? -1)
}
