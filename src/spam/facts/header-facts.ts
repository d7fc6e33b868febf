import { author } from '../../message/author.ts'
import { readDate } from '../../message/date.ts'
import { readReceived, type Received } from '../../message/received.ts'
import type { Party } from '../view/header-view.ts'
import { comparable } from '../view/letters.ts'
import type { MessageView } from '../view/message-view.ts'
import { domainOf } from '../view/url.ts'

/** RFC 5322 3.6: each of them at most once. */
const singletons = ['from', 'sender', 'reply-to', 'to', 'cc', 'message-id', 'in-reply-to', 'references', 'subject', 'date', 'mime-version', 'content-type']
/** Received fields that are read; a loop ends at 100 (RFC 5321 6.3). */
const mostHops = 30
const hourMs = 3_600_000

/** What header fields show. Shares are 0 … 1; what can only be or not be is 0 or 1. */
export function headerFacts(view: MessageView) {
  const { header, subject, from, input } = view
  const writer = from[0]
  const replyTo = header.parties('reply-to')
  const readers = [...header.parties('to'), ...header.parties('cc')]
  const { fault } = author(input.octets.subarray(0, view.scanned.top.bodyStart))
  const letters = subject.replace(/[^\p{L}]/gu, '')
  const isReply = /^\s*(?:re|aw|sv|antw)\s*(?:\[\d+\])?:/i.test(subject)
  const answers = header.has('in-reply-to') || header.has('references')
  const hops = header.all('received').slice(0, mostHops).map(readReceived)
  const comparableSubject = comparable(subject)
  const rawSubject = header.first('subject')
  return {
    'from.missing': flag(fault === 'none'),
    'from.several': flag(fault === 'several' || from.length > 1),
    'from.unreadable': flag(fault === 'unreadable'),
    'from.name-address': flag(writer !== undefined && namesOtherAddress(writer)),
    'from.name-missing': flag(writer !== undefined && writer.name === ''),
    'from.name-odd': flag(writer !== undefined && /[^\p{L}\p{N}\p{Z}\p{P}\p{M}|+=<>~^$`©®™]/u.test(writer.name)),
    'from.digits': (writer?.address.split('@')[0]?.match(/\d/g) ?? []).length,
    'from.random': flag(looksRandom(writer?.address.split('@')[0] ?? '')),
    'from.domain-digits': (writer?.organisation.match(/\d/g) ?? []).length,
    'from.domain-labels': writer === undefined || writer.domain === '' ? 0 : writer.domain.split('.').length,
    'from.is-reader': flag(writer !== undefined && writer.address !== '' && readers.some(({ address }) => address === writer.address)),
    'reply.differs': flag(writer !== undefined && replyTo.some(({ organisation }) => organisation !== '' && organisation !== writer.organisation)),
    'reply.same-name': flag(writer !== undefined && replyTo.some(({ address, name }) => address !== writer.address && name !== '' && name === writer.name)),
    'sender.differs': flag(writer !== undefined && header.parties('sender').some(({ organisation }) => organisation !== writer.organisation)),
    'envelope.differs': flag(writer !== undefined && differsFromEnvelope(writer, view)),
    'readers.none': flag(!header.has('to') && !header.has('cc')),
    'readers.count': readers.length,
    'readers.undisclosed': flag(/^[^@]*undisclosed[^@]*$/i.test(header.first('to'))),
    'readers.empty': flag(header.has('to') && readers.length === 0),
    'readers.name-is-address': flag(readers.some(({ name, address }) => name !== '' && name.toLowerCase() === address)),
    'readers.sorted': flag(readers.length > 4 && readers.every(({ address }, index) => index === 0 || (readers[index - 1]?.address ?? '') <= address)),
    'subject.missing': flag(!header.has('subject')),
    'subject.empty': flag(subject === ''),
    'subject.length': subject.length,
    'subject.capitals': letters.length < 8 ? 0 : letters.replace(/[^\p{Lu}]/gu, '').length / letters.length,
    'subject.exclaims': (subject.match(/[!?]/g) ?? []).length,
    'subject.gap': flag(/\S {5,}\S/.test(rawSubject) || /\s{3,}[\w-]{4,}$/.test(rawSubject.replace(/\r?\n/g, ''))),
    'subject.symbols': (subject.match(/[\u2190-\u27bf]|[\u{1f000}-\u{1faff}]/gu) ?? []).length,
    'subject.needless-coding': flag(/=\?[^?]+\?b\?/i.test(rawSubject) && /^[\x20-\x7e]*$/.test(subject)),
    'subject.raw-octets': flag(/[\x80-\xff]/.test(rawSubject)),
    'subject.reader': flag(readers.some(({ address }) => namesReader(comparableSubject, address))),
    'subject.false-reply': flag(isReply && !answers),
    'subject.reply': flag(isReply && answers),
    'subject.forward': flag(/^\s*(?:fwd?|wg)\s*:/i.test(subject)),
    'subject.list-tag': flag(/\[[\w .:+-]{2,30}\]/.test(subject)),
    answers: flag(answers),
    references: header.first('references').split('<').length - 1,
    'date.missing': flag(!header.has('date')),
    ...dateFacts(view, hops),
    'message-id.missing': flag(!header.has('message-id')),
    'message-id.malformed': flag(header.has('message-id') && !/^<[^\s<>@]+@[^\s<>@]+>$/.test(header.first('message-id').trim())),
    'message-id.foreign': flag(writer !== undefined && foreignMessageId(header.first('message-id'), writer)),
    'message-id.no-dot': flag(/@[^.>]*>/.test(header.first('message-id'))),
    'fields.count': header.fields.length,
    'fields.stray': header.strayLines,
    'fields.repeated': singletons.filter((name) => header.all(name).length > 1).length,
    'fields.raw-octets': header.fields.filter(({ value }) => /[\x80-\xff]/.test(value)).length,
    'fields.empty': header.fields.filter(({ value }) => value === '').length,
    ...routeFacts(view, hops),
    list: flag(header.has('list-id') || header.has('list-post') || header.has('mailing-list') || header.has('x-mailing-list')),
    'list.unsubscribe': flag(header.has('list-unsubscribe')),
    signed: flag(header.has('dkim-signature')),
  }
}

function flag(condition: boolean): 0 | 1 {
  return condition ? 1 : 0
}

/** The display name holds an address, or a domain, that is not the one behind it. */
function namesOtherAddress({ name, organisation }: Party): boolean {
  const [, domain] = /@([\w.-]+\.[a-z]{2,})/i.exec(name) ?? /\b((?:[\w-]+\.)+(?:com|de|net|org|at|ch))\b/i.exec(name) ?? []
  return domain !== undefined && domainOf(domain.toLowerCase()) !== organisation
}

/** Six consonants in a row, or digits between letters again and again: no person's address. */
function looksRandom(localPart: string): boolean {
  return /[bcdfghjklmnpqrstvwxz]{6}/.test(localPart) || /(?:[a-z]+\d+){3}/.test(localPart)
}

/** A subject that calls the reader by what stands before the @ pretends to know him. */
function namesReader(subject: string, address: string): boolean {
  const name = address.slice(0, Math.max(0, address.indexOf('@')))
  const at = name.length < 4 ? -1 : subject.indexOf(name)
  return at >= 0 && !isLetterOrDigit(subject.charCodeAt(at - 1)) && !isLetterOrDigit(subject.charCodeAt(at + name.length))
}

/** Of a comparable text; NaN, past its ends, is none. */
function isLetterOrDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a)
}

function differsFromEnvelope({ organisation }: Party, { input }: MessageView): boolean {
  const domain = input.envelope?.reversePath.split('@')[1]
  return domain !== undefined && domain !== '' && domainOf(domain.toLowerCase()) !== organisation
}

function foreignMessageId(messageId: string, { organisation }: Party): boolean {
  const domain = /@([^>\s]+)>/.exec(messageId)?.[1]?.toLowerCase()
  return domain !== undefined && organisation !== '' && domainOf(domain) !== organisation
}

/** The Date field against what the last server wrote that took the message. */
function dateFacts({ header }: MessageView, hops: readonly Received[]) {
  const written = readDate(header.first('date'))
  const taken = hops.find(({ dateMs }) => dateMs !== undefined)?.dateMs
  const hours = written === undefined || taken === undefined ? 0 : (written - taken) / hourMs
  return {
    'date.unreadable': flag(header.has('date') && written === undefined),
    'date.hours-ahead': Math.max(0, hours),
    'date.hours-behind': Math.max(0, -hours),
    'date.zone-odd': flag(/[+-](?:[2-9]\d|1[5-9])\d\d\s*(?:\(|$)|[+-]\d\d(?:[^0134]\d|\d[^05])\s*$/.test(header.first('date'))),
  }
}

/** What servers on the way, and the client itself, said of those who handed the message over. */
function routeFacts({ header, input: { client } }: MessageView, hops: readonly Received[]) {
  const peers = hops.filter(({ from }) => from !== undefined).map(({ from = '', fromName = '', helo }) => ({ helo: helo ?? from, name: fromName }))
  if (client !== undefined) peers.push({ helo: client.helo, name: client.hostName ?? '' })
  const helos = peers.map(({ helo }) => helo.toLowerCase())
  const names = peers.map(({ name }) => name.toLowerCase())
  return {
    'route.hops': header.all('received').length,
    'route.dynamic': names.filter(looksDynamic).length,
    'route.unnamed': names.filter((name) => name === 'unknown').length + flag(client?.hostName === ''),
    'route.helo-address': helos.filter((helo) => /^\[?\d{1,3}(?:\.\d{1,3}){3}\]?$/.test(helo)).length,
    'route.helo-short': helos.filter((helo) => /^[^.:[]+$/.test(helo) && helo !== 'localhost').length,
    'route.helo-false': helos.filter((helo, index) => claimsOtherHost(helo, names[index] ?? '')).length,
    'route.authenticated': hops.filter((hop) => hop.with !== undefined && /^U?E?SMTPS?A$|^ESMTPSA$/.test(hop.with)).length,
  }
}

/** Names that providers give to the lines of their customers. */
function looksDynamic(name: string): boolean {
  return /(?:^|[.-])(?:dsl|adsl|dyn|dynamic|dial|dialup|dial-in|ppp|pool|cable|client|customer|dhcp|broadband|catv)[\d.-]|\d{1,3}[.-]\d{1,3}[.-]\d{1,3}[.-]\d{1,3}/.test(
    name,
  )
}

/** HELO as a well-known provider, from a host that is another's. */
function claimsOtherHost(helo: string, name: string): boolean {
  const [, provider] = /(?:^|\.)(yahoo|hotmail|aol|msn|gmail|google|gmx|web|t-online|paypal|microsoft)\.(?:com|de|net)$/.exec(helo) ?? []
  return provider !== undefined && name !== '' && !name.includes(provider)
}
