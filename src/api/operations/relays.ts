import { noteApplication } from '../../relay/change/cases.ts'
import { addRelay, type RelayWanted, removeRelay, returnRelay, setRelay, withdrawRelay } from '../../relay/change/relays.ts'
import { caseHistory, relayDays } from '../../relay/query/history.ts'
import { dayBeginMs, dayOf, relaySnapshot } from '../../relay/query/snapshot.ts'
import { noWarmUp } from '../../relay/query/stored.ts'
import { machineRelay, type SmartHost, type WarmUp, usualWarmUp } from '../../relay/relay.ts'
import { parseDomain } from '../../mail/domain.ts'
import { normaliseIp } from '../../mail/ip.ts'
import { relayClasses } from '../../mail/outgoing.ts'
import { change, type OperationContext } from '../context.ts'
import type { OperationInput } from '../contract.ts'
import type { Operations } from '../operation.ts'
import { readName, readSince } from '../reading.ts'
import { Refused } from '../refused.ts'
import { caseShown, relaysNow } from '../relay-listing.ts'

type Names =
  | 'relay.add'
  | 'relay.set'
  | 'relay.remove'
  | 'relay.withdraw'
  | 'relay.return'
  | 'relay.list'
  | 'relay.show'
  | 'relay.check'
  | 'relay.cases'
  | 'relay.applied'

/** The days that `relay.show` shows. */
const shownDays = 14
const dayMs = 86_400_000
/** Cases are shown from so far back, where nobody says otherwise. */
const casesForMs = 365 * dayMs

/** The ways out (SPEC D2, D3). */
export const relayOperations: Operations<Names> = {
  async 'relay.add'(context, input) {
    const name = readName('name', input.name)
    if (name === machineRelay) throw taken()
    const wanted = { ...wishes(input), way: await readWay(context, input) }
    return await change(context, addRelay, { ...defaults, ...wanted, name }, () => 'name')
  },

  async 'relay.set'(context, input) {
    const name = readName('name', input.name)
    const stored = (await context.directory.query(relaySnapshot, { nowMs: context.clock.now() })).relays.find((one) => one.relay.name === name)
    const way = stored === undefined ? undefined : changedWay(stored.relay.way, input)
    return await change(context, setRelay, { name, change: { ...wishes(input), ...(way !== undefined && { way }) } }, () => 'name')
  },

  async 'relay.remove'(context, input) {
    return await change(context, removeRelay, { name: readName('name', input.name) }, () => 'name')
  },

  async 'relay.withdraw'(context, input) {
    return await change(context, withdrawRelay, { name: readName('name', input.name), why: input.why ?? '' }, () => 'name')
  },

  async 'relay.return'(context, input) {
    return await change(context, returnRelay, { name: readName('name', input.name) }, () => 'name')
  },

  async 'relay.list'(context) {
    return { relays: (await relaysNow(context)).listings }
  },

  async 'relay.show'(context, input) {
    const { relay, subject } = await find(context, input.name)
    const nowMs = context.clock.now()
    const names = relay.kind === 'ip' && relay.address !== null ? await context.relays.hostNames(relay.address) : undefined
    const days = await context.directory.query(relayDays, { subject, sinceDay: dayOf(nowMs) - shownDays + 1 })
    const cases = await context.directory.query(caseHistory, { subject, sinceMs: nowMs - casesForMs })
    return {
      ...relay,
      hostNames: names === undefined ? null : names.status === 'failed' ? [] : names.names,
      // What receivers look at (RFC 5321 4.1.4): the address has a name that leads back to it, and EHLO says that one.
      helloVerified: names === undefined ? null : names.status === 'verified' && names.names.includes(relay.helloName?.toLowerCase() ?? ''),
      days: days.map(({ day, ...counts }) => ({ day: new Date(dayBeginMs(day)).toISOString().slice(0, 10), ...counts })),
      cases: cases.map((one) => caseShown(one, relay.name, context.relays)),
    }
  },

  async 'relay.check'(context, input) {
    const found = input.name === undefined ? (await relaysNow(context)).listings : [(await find(context, input.name)).relay]
    const asked = found.flatMap(({ name, kind, address, here }) => (kind === 'ip' && here && address !== null ? [{ name, ip: address }] : []))
    const checked = await Promise.all(asked.map(async ({ name, ip }) => ({ name, ip, answers: await context.relays.check(ip) })))
    return { relays: checked }
  },

  async 'relay.cases'(context, input) {
    const subject = input.name === undefined ? undefined : (await find(context, input.name)).subject
    const nowMs = context.clock.now()
    const sinceMs = input.since === undefined ? nowMs - casesForMs : readSince('since', input.since, nowMs)
    const { relays } = await context.directory.query(relaySnapshot, { nowMs })
    const cases = await context.directory.query(caseHistory, { subject, sinceMs })
    const nameOf = (of: string) => relays.find((one) => one.subject === of)?.relay.name ?? of
    return { cases: cases.map((one) => caseShown(one, nameOf(one.subject), context.relays)) }
  },

  async 'relay.applied'(context, input) {
    const { subject, list } = await change(context, noteApplication, { caseId: input.case, text: input.text }, () => 'case')
    return { case: input.case, relay: subject, list }
  },
}

type Input = OperationInput<'relay.add'>

const defaults: Omit<RelayWanted, 'name' | 'way'> = { password: undefined, weight: 1, classes: relayClasses, warmUp: usualWarmUp }

async function find(context: OperationContext, text: string) {
  const name = readName('name', text)
  const { listings, snapshot } = await relaysNow(context)
  const relay = listings.find((one) => one.name === name)
  if (relay === undefined) throw new Refused('unknown', 'name', { en: `there is no relay ${name}`, de: `das Relay ${name} gibt es nicht` })
  return { relay, subject: snapshot.relays.find((one) => one.relay.name === name)?.subject ?? name }
}

/** What add and set have in common. */
function wishes({ weight, classes, warmUp, password, user }: Input): Partial<RelayWanted> {
  return {
    ...(weight !== undefined && { weight }),
    ...(classes !== undefined && { classes }),
    ...(warmUp !== undefined && { warmUp: readWarmUp(warmUp) }),
    ...(password !== undefined && { password }),
    ...(user === '' && { password: null }),
  }
}

async function readWay(context: OperationContext, input: Input): Promise<RelayWanted['way']> {
  if ((input.ip === undefined) === (input.smartHost === undefined)) {
    throw new Refused('input', 'ip', {
      en: 'a relay has either an address of this machine (192.0.2.1) or a smart host (smtp.b.example:587)',
      de: 'ein Relay hat entweder eine Adresse dieses Rechners (192.0.2.1) oder einen Smarthost (smtp.b.example:587)',
    })
  }
  return input.ip === undefined ? { kind: 'smart-host', smartHost: readSmartHost(input) } : await readIpWay(context, input.ip, input.helloName)
}

async function readIpWay({ relays }: OperationContext, text: string, helloName: string | undefined): Promise<RelayWanted['way']> {
  const ip = normaliseIp(text.trim())
  if (ip === undefined) {
    throw new Refused('input', 'ip', { en: `"${text}" is no IP address`, de: `„${text}“ ist keine IP-Adresse` })
  }
  if (!(await relays.isLocalAddress(ip))) {
    throw new Refused('conflict', 'ip', {
      en: `${ip} is not an address of this machine: set it up at a network interface first (ip address add ${ip} …)`,
      de: `${ip} ist keine Adresse dieses Rechners: erst an einer Netzwerkschnittstelle einrichten (ip address add ${ip} …)`,
    })
  }
  if (helloName !== undefined) return { kind: 'ip', ip, helloName: readHelloName(helloName) }
  const names = await relays.hostNames(ip)
  const [name] = names.status === 'verified' ? names.names : []
  if (name !== undefined) return { kind: 'ip', ip, helloName: name }
  throw new Refused('input', 'helloName', {
    en: `${ip} has no name in the DNS that leads back to it, which receivers expect; name one for it to introduce itself by, such as mx1.a.example`,
    de: `${ip} hat keinen Namen im DNS, der zu ihr zurückführt, was Empfänger erwarten; bitte einen angeben, mit dem sie sich vorstellt, etwa mx1.a.example`,
  })
}

function readSmartHost({ smartHost = '', tls = 'required', user, password }: Input): SmartHost {
  const [, bracketed, plain = '', digits] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d{1,5}))?$/.exec(smartHost.trim()) ?? []
  const host = bracketed === undefined ? (normaliseIp(plain) ?? parseDomain(plain)) : normaliseIp(bracketed)
  const port = digits === undefined ? (tls === 'implicit' ? 465 : 587) : Number(digits)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Refused('input', 'smartHost', {
      en: `"${smartHost}" is no host; right would be smtp.b.example, smtp.b.example:587 or [2001:db8::1]:587`,
      de: `„${smartHost}“ ist kein Rechner; richtig wäre smtp.b.example, smtp.b.example:587 oder [2001:db8::1]:587`,
    })
  }
  const signsIn = user !== undefined && user !== ''
  if (signsIn !== (password !== undefined)) {
    throw new Refused('input', 'user', { en: 'name and password go together', de: 'Name und Passwort gehören zusammen' })
  }
  return { host, port, tls, signIn: signsIn ? { user, password: '' } : undefined }
}

/** Undefined: nothing about the way changes. */
function changedWay(way: RelayWanted['way'], { ip, smartHost, helloName, tls, user }: Input): RelayWanted['way'] | undefined {
  if (ip !== undefined || smartHost !== undefined) {
    throw new Refused('input', ip === undefined ? 'smartHost' : 'ip', {
      en: 'another address is another relay, with a past of its own: add that one and remove this',
      de: 'eine andere Adresse ist ein anderes Relay mit eigener Vergangenheit: jenes hinzufügen und dieses löschen',
    })
  }
  if (way.kind === 'ip') return helloName === undefined ? undefined : { ...way, helloName: readHelloName(helloName) }
  if (way.kind === 'machine' || (tls === undefined && user === undefined)) return undefined
  const signIn = user === undefined ? way.smartHost.signIn : user === '' ? undefined : { user, password: '' }
  return { kind: 'smart-host', smartHost: { ...way.smartHost, ...(tls !== undefined && { tls }), signIn } }
}

function readHelloName(text: string): string {
  const name = parseDomain(text.trim())
  if (name?.includes('.') === true) return name
  throw new Refused('input', 'helloName', {
    en: `"${text}" is no host name; right would be mx1.a.example`,
    de: `„${text}“ ist kein Rechnername; richtig wäre mx1.a.example`,
  })
}

/** "50x2x9": 50 on the first day, twice as many each day, for 9 days. */
function readWarmUp(text: string): WarmUp {
  if (text === 'none') return noWarmUp
  if (text === 'usual') return usualWarmUp
  const [, first, growth, days] = /^(\d{1,9})x(\d{1,2}(?:\.\d{1,2})?)x(\d{1,3})$/.exec(text) ?? []
  if (first !== undefined && Number(first) > 0 && Number(growth) >= 1) return { firstDay: Number(first), growth: Number(growth), days: Number(days) }
  throw new Refused('input', 'warmUp', {
    en: `"${text}" is no warm-up; right would be usual (50x2x9: 50 recipients on the first day, twice as many each day, for 9 days), another such, or none`,
    de: `„${text}“ ist kein Warmlaufen; richtig wäre usual (50x2x9: 50 Empfänger am ersten Tag, jeden Tag doppelt so viele, 9 Tage lang), ein anderes dieser Art oder none`,
  })
}

function taken(): Refused {
  return new Refused('input', 'name', {
    en: `${machineRelay} is the name of the machine's own address, while no relay is set up`,
    de: `${machineRelay} heißt die eigene Adresse des Rechners, solange kein Relay eingerichtet ist`,
  })
}
