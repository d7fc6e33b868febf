import { createHash } from 'node:crypto'
import type { Language } from '../base/language.ts'
import { formatAddress } from '../mail/address.ts'
import { bestServer, type MailServer, type MailSetup } from './servers.ts'
import { xmlText } from './xml.ts'

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }

const texts: Readonly<Record<Language, { readonly name: (address: string) => string; readonly about: (provider: string) => string }>> = {
  en: {
    name: (address) => `Mail: ${address}`,
    about: (provider) => `Sets up this mailbox at ${provider} in Mail. The password is asked for when it is installed.`,
  },
  de: {
    name: (address) => `E-Mail: ${address}`,
    about: (provider) => `Richtet dieses Postfach bei ${provider} in Mail ein. Nach dem Passwort wird beim Installieren gefragt.`,
  },
}

/**
 * A configuration profile for iOS, iPadOS and macOS (Apple, Device Management, com.apple.mail.managed): IMAP, else POP3, and submission. Passwords are not in it.
 * Undefined where one of the two ways is missing: Apple's programs want both.
 */
export function appleProfile({ provider, address, servers, language }: MailSetup): string | undefined {
  const incoming = bestServer(servers, 'imap') ?? bestServer(servers, 'pop3')
  const outgoing = bestServer(servers, 'submission')
  if (incoming === undefined || outgoing === undefined) return undefined
  const email = formatAddress(address)
  const reverse = `${address.domain.split('.').reverse().join('.')}.mail`
  const { name, about } = texts[language]
  const payload = {
    PayloadType: 'com.apple.mail.managed',
    PayloadVersion: 1,
    PayloadIdentifier: `${reverse}.account`,
    PayloadUUID: uuidOf(`account ${email}`),
    PayloadDisplayName: name(email),
    EmailAccountType: incoming.protocol === 'imap' ? 'EmailTypeIMAP' : 'EmailTypePOP',
    EmailAccountDescription: email,
    EmailAddress: email,
    ...side('Incoming', incoming, email),
    ...side('Outgoing', outgoing, email),
    OutgoingPasswordSameAsIncomingPassword: true,
  }
  return plist({
    PayloadType: 'Configuration',
    PayloadVersion: 1,
    PayloadIdentifier: reverse,
    PayloadUUID: uuidOf(`profile ${email}`),
    PayloadDisplayName: name(email),
    PayloadDescription: about(provider),
    PayloadOrganization: provider,
    PayloadContent: [payload],
  })
}

function side(which: 'Incoming' | 'Outgoing', { host, port }: MailServer, email: string): Record<string, Value> {
  return {
    [`${which}MailServerHostName`]: host,
    [`${which}MailServerPortNumber`]: port,
    // True for both ways: the program finds out whether TLS comes first or after a command.
    [`${which}MailServerUseSSL`]: true,
    [`${which}MailServerUsername`]: email,
    [`${which}MailServerAuthentication`]: 'EmailAuthPassword',
  }
}

/** The same for the same name (RFC 9562 5.8), so that a profile installed again replaces the first. */
function uuidOf(name: string): string {
  const octets = createHash('sha256').update(name).digest()
  octets[6] = ((octets[6] ?? 0) & 0x0f) | 0x80
  octets[8] = ((octets[8] ?? 0) & 0x3f) | 0x80
  return octets
    .toString('hex', 0, 16)
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    .toUpperCase()
}

function plist(value: Value): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">${element(value)}</plist>
`
}

function element(value: Value): string {
  if (typeof value === 'string') return `<string>${xmlText(value)}</string>`
  if (typeof value === 'number') return `<integer>${value}</integer>`
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>'
  if (isList(value)) return `<array>${value.map(element).join('')}</array>`
  return `<dict>${Object.entries(value)
    .map(([key, one]) => `<key>${xmlText(key)}</key>${element(one)}`)
    .join('')}</dict>`
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value)
}
