import type { Text } from '../base/language.ts'
import type { CheckReasons } from '../mail/check.ts'

/** Clauses for mail on its way to another server, as `findings` has them. Reasons are those of queue/reason.ts and queue/trouble.ts. */
export const sentFindings: { readonly [Name in 'way-out' | 'transport-security' | 'sending' | 'next-attempt']: Readonly<Record<CheckReasons[Name], Text>> } = {
  'way-out': {
    relay: { en: 'it left by the relay {detail}', de: 'sie ging über das Relay {detail} hinaus' },
  },
  'transport-security': {
    none: { en: 'the connection was not encrypted', de: 'die Verbindung war unverschlüsselt' },
    opportunistic: { en: 'the connection was encrypted', de: 'die Verbindung war verschlüsselt' },
    sts: {
      en: 'the connection was encrypted as the domain’s MTA-STS policy demands',
      de: 'die Verbindung war verschlüsselt, wie es MTA-STS der Domain verlangt',
    },
    tlsa: { en: 'the connection was encrypted as the domain’s DANE records demand', de: 'die Verbindung war verschlüsselt, wie es DANE der Domain verlangt' },
  },
  sending: {
    delivered: { en: 'the other server has the message', de: 'der andere Server hat die Nachricht' },
    relayed: {
      en: 'the other server has the message, and does not tell what becomes of it',
      de: 'der andere Server hat die Nachricht und meldet nicht, was daraus wird',
    },
    removed: { en: 'it was taken out of the queue by hand', de: 'sie wurde von Hand aus der Warteschlange genommen' },
    'no-such-mailbox': { en: 'there is no such address there', de: 'diese Adresse gibt es dort nicht' },
    'mailbox-full': { en: 'the mailbox there is full', de: 'das Postfach dort ist voll' },
    'mailbox-off': { en: 'the mailbox there is closed', de: 'das Postfach dort ist geschlossen' },
    'too-large': { en: 'the message is larger than the other server accepts', de: 'die Nachricht ist größer, als der andere Server annimmt' },
    listed: { en: 'the way that the message took is on a blocklist', de: 'der Weg, den die Nachricht nahm, steht auf einer Sperrliste' },
    spam: { en: 'the other server took the message for spam', de: 'der andere Server hielt die Nachricht für Spam' },
    'sender-unproved': {
      en: 'the other server could not verify that the message is from the domain of its sender',
      de: 'der andere Server konnte nicht prüfen, dass die Nachricht von der Domain ihres Absenders stammt',
    },
    'sender-refused': { en: 'the other server takes no mail from this sender', de: 'der andere Server nimmt von diesem Absender keine Mail an' },
    virus: { en: 'the other server found a virus', de: 'der andere Server fand einen Virus' },
    'try-later': { en: 'the other server asks to try again later', de: 'der andere Server bittet, es später wieder zu versuchen' },
    rate: { en: 'the other server takes no more mail from here at present', de: 'der andere Server nimmt zurzeit keine weitere Mail von hier an' },
    loop: { en: 'the message goes round in circles', de: 'die Nachricht läuft im Kreis' },
    'not-here': {
      en: 'the server that is named for this address takes no mail for it',
      de: 'der Server, der für diese Adresse genannt ist, nimmt keine Mail für sie an',
    },
    refused: { en: 'the other server refused the message', de: 'der andere Server wies die Nachricht ab' },
    'no-such-domain': { en: 'there is no such domain', de: 'diese Domain gibt es nicht' },
    'takes-no-mail': { en: 'the domain takes no mail', de: 'die Domain nimmt keine Mail an' },
    'no-answer': { en: 'no mail server of the domain answers', de: 'kein Mailserver der Domain antwortet' },
    tls: {
      en: 'no connection as secure as the other side demands could be made',
      de: 'eine so sichere Verbindung, wie die Gegenseite sie verlangt, kam nicht zustande',
    },
    dns: {
      en: 'it could not be found out which server takes mail for the domain',
      de: 'es war nicht zu ermitteln, welcher Server Mail für die Domain annimmt',
    },
    utf8: { en: 'the other server does not take addresses beyond ASCII', de: 'der andere Server nimmt keine Adressen jenseits von ASCII' },
    'require-tls': {
      en: 'the message may go over secured connections only, and the other side offers none',
      de: 'die Nachricht darf nur über gesicherte Verbindungen gehen, und die Gegenseite bietet keine',
    },
  },
  'next-attempt': {
    at: { en: 'it is tried again at {detail}', de: 'der nächste Versuch ist um {detail}' },
  },
}
