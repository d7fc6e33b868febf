import type { Text } from '../base/language.ts'
import type { CheckName, CheckOutcome, CheckReasons, ToldCheck } from '../mail/check.ts'
import { sentFindings } from './sent-findings.ts'

/** Names of the checks as a heading; the long form of what each does is SPEC section A. */
export const checkNames: Readonly<Record<CheckName, Text>> = {
  'connection-limits': { en: 'connection limits', de: 'Verbindungsgrenzen' },
  'early-talker': { en: 'early talker', de: 'Vorlauter' },
  sender: { en: 'sender', de: 'Absender' },
  'sending-limits': { en: 'sending limits', de: 'Sendegrenzen' },
  address: { en: 'address', de: 'Adresse' },
  relay: { en: 'relaying', de: 'Weiterleitung' },
  size: { en: 'size', de: 'Größe' },
  quota: { en: 'storage', de: 'Speicherplatz' },
  lists: { en: 'lists', de: 'Listen' },
  'reverse-lookup': { en: 'reverse lookup', de: 'Rückwärtssuche' },
  greylisting: { en: 'greylisting', de: 'Greylisting' },
  blocklists: { en: 'blocklists', de: 'Sperrlisten' },
  posting: { en: 'who may write to the list', de: 'wer an den Verteiler schreiben darf' },
  loop: { en: 'mail loop', de: 'Mailschleife' },
  authentication: { en: 'sender authentication', de: 'Absenderprüfung' },
  virus: { en: 'virus check', de: 'Virenprüfung' },
  'content-filter': { en: 'content filter', de: 'Inhaltsfilter' },
  'message-form': { en: 'form of the message', de: 'Form der Nachricht' },
  storage: { en: 'this server', de: 'dieser Server' },
  autoresponse: { en: 'autoresponder', de: 'Abwesenheitsantwort' },
  'way-out': { en: 'way out', de: 'Weg hinaus' },
  'transport-security': { en: 'encryption', de: 'Verschlüsselung' },
  sending: { en: 'sending', de: 'Versand' },
  'next-attempt': { en: 'next attempt', de: 'nächster Versuch' },
}

export const outcomeWords: Readonly<Record<CheckOutcome, Text>> = {
  pass: { en: 'passed', de: 'bestanden' },
  fail: { en: 'failed', de: 'nicht bestanden' },
  none: { en: 'nothing to judge', de: 'nichts zu prüfen' },
  temperror: { en: 'could not be checked', de: 'nicht prüfbar' },
  wait: { en: 'must wait', de: 'muss warten' },
  skip: { en: 'not needed', de: 'nicht nötig' },
}

/**
 * What a check found, as a clause, for every reason there is. `{detail}` is the finding's detail, `{ip}` the client, `{helo}` what it calls itself.
 */
export const findings: { readonly [Name in CheckName]: Readonly<Record<CheckReasons[Name], Text>> } = {
  'connection-limits': {
    'too many at once': { en: 'there were too many connections from its network at once', de: 'es gab zu viele gleichzeitige Verbindungen aus seinem Netz' },
    'too many a minute': {
      en: 'there were too many connections from its network within a minute',
      de: 'es gab zu viele Verbindungen aus seinem Netz in einer Minute',
    },
    'Too many recipients': {
      en: 'the message had as many recipients already as one may have',
      de: 'die Nachricht hatte schon so viele Empfänger, wie eine haben darf',
    },
    'too many errors': { en: 'it made too many errors', de: 'es machte zu viele Fehler' },
    'too many unknown recipients': { en: 'it asked for too many addresses that do not exist', de: 'es fragte nach zu vielen Adressen, die es nicht gibt' },
  },
  'early-talker': {
    'spoke before the greeting': {
      en: 'it spoke before our greeting, as only spam programs do',
      de: 'es sprach vor unserer Begrüßung, wie es nur Spamprogramme tun',
    },
  },
  sender: {
    'sending locked': { en: 'sending is locked for the mailbox: {detail}', de: 'das Senden ist für das Postfach gesperrt: {detail}' },
    'not an address of the mailbox': {
      en: 'MAIL FROM names an address that is not of {detail}',
      de: 'MAIL FROM nennt eine Adresse, die nicht zu {detail} gehört',
    },
    'no author': { en: 'the message has no From', de: 'die Nachricht hat kein From' },
    'hidden author': { en: 'who has written the message is not clear ({detail})', de: 'wer die Nachricht geschrieben hat, ist nicht eindeutig ({detail})' },
    'names another': { en: 'the message names an address of somebody else ({detail})', de: 'die Nachricht nennt eine fremde Adresse ({detail})' },
    'no reverse-path': { en: 'only receipts may go out without a reverse-path', de: 'nur Lesebestätigungen dürfen ohne Umschlagabsender hinaus' },
    'own address': { en: 'the addresses are the mailbox’s own', de: 'die Adressen sind die des Postfachs' },
  },
  'sending-limits': {
    'new recipient': { en: 'the mailbox writes to this recipient for the first time', de: 'das Postfach schreibt diesem Empfänger zum ersten Mal' },
    'known recipient': { en: 'the mailbox has written to this recipient before', de: 'das Postfach hat diesem Empfänger schon geschrieben' },
    'messages-per-hour': { en: 'the messages of an hour are used up ({detail})', de: 'die Nachrichten einer Stunde sind aufgebraucht ({detail})' },
    'messages-per-day': { en: 'the messages of a day are used up ({detail})', de: 'die Nachrichten eines Tages sind aufgebraucht ({detail})' },
    'recipients-per-hour': { en: 'the recipients of an hour are used up ({detail})', de: 'die Empfänger einer Stunde sind aufgebraucht ({detail})' },
    'recipients-per-day': { en: 'the recipients of a day are used up ({detail})', de: 'die Empfänger eines Tages sind aufgebraucht ({detail})' },
    'new-recipients-per-day': { en: 'the new recipients of a day are used up ({detail})', de: 'die neuen Empfänger eines Tages sind aufgebraucht ({detail})' },
  },
  address: {
    'no such address': { en: 'there is no such address', de: 'diese Adresse gibt es nicht' },
    'leads back to itself': { en: 'the address leads back to itself', de: 'die Adresse führt zu sich selbst zurück' },
    locked: { en: 'the address is locked for now', de: 'die Adresse ist vorläufig gesperrt' },
    // With where it leads, when that is not the mailbox of that very name
    mailbox: { en: 'the address is a mailbox ({detail})', de: 'die Adresse ist ein Postfach ({detail})' },
    forward: { en: 'the address is a forward ({detail})', de: 'die Adresse ist eine Weiterleitung ({detail})' },
    list: { en: 'the address is a distribution list ({detail})', de: 'die Adresse ist ein Verteiler ({detail})' },
    alias: { en: 'the address is an alias ({detail})', de: 'die Adresse ist ein Alias ({detail})' },
    'way back': {
      en: 'a notice about forwarded mail, on its way to the sender ({detail})',
      de: 'eine Meldung zu weitergeleiteter Mail, auf dem Weg zum Absender ({detail})',
    },
    'no way back of ours': {
      en: 'the address looks like that of forwarded mail, but was not made here, or is too old',
      de: 'die Adresse sieht aus wie die weitergeleiteter Mail, ist aber nicht von hier oder zu alt',
    },
    unsubscribe: { en: 'somebody leaves a distribution list', de: 'jemand verlässt einen Verteiler' },
    bounces: { en: 'a notice about mail of a distribution list', de: 'eine Meldung zu Mail eines Verteilers' },
    'left the list': { en: 'the member has left the list', de: 'das Mitglied hat den Verteiler verlassen' },
    'bounce noted': { en: 'that it did not reach the member is noted', de: 'dass sie das Mitglied nicht erreichte, ist vermerkt' },
    'no bounce': { en: 'it does not say that mail did not reach the member', de: 'sie sagt nicht, dass Mail das Mitglied nicht erreichte' },
    'not a notice': {
      en: 'the address is for notices about forwarded mail, and this is none',
      de: 'die Adresse ist für Meldungen zu weitergeleiteter Mail, und dies ist keine',
    },
  },
  relay: {
    'foreign domain': { en: 'the domain is not one of ours', de: 'die Domain ist keine von uns' },
    'held until': { en: 'its sender wanted it delivered at {detail}', de: 'ihr Absender wollte sie um {detail} zugestellt haben' },
    'to another server': { en: 'it goes on to another server', de: 'sie geht an einen anderen Server weiter' },
  },
  size: {
    'declared size': {
      en: 'the message is announced as larger than allowed ({detail} bytes)',
      de: 'die Nachricht ist größer angekündigt als erlaubt ({detail} Byte)',
    },
    'Message too large': { en: 'the message is larger than anybody here may get', de: 'die Nachricht ist größer, als irgendwer hier sie bekommen darf' },
    'true size': { en: 'the message is larger than allowed ({detail} bytes)', de: 'die Nachricht ist größer als erlaubt ({detail} Byte)' },
    'different policy': {
      en: 'this recipient has another size limit than the first one, and must get the message in a transaction of its own',
      de: 'dieser Empfänger hat eine andere Größengrenze als der erste und muss die Nachricht in einem eigenen Vorgang bekommen',
    },
  },
  authentication: {
    pass: { en: 'the sender is who it says it is ({detail})', de: 'der Absender ist, wer er zu sein angibt ({detail})' },
    none: {
      en: 'the author’s domain does not say who may send in its name ({detail})',
      de: 'die Domain des Verfassers sagt nicht, wer in ihrem Namen senden darf ({detail})',
    },
    fail: {
      en: 'the message was not sent by the domain that its author names ({detail})',
      de: 'die Nachricht kommt nicht von der Domain, die ihr Verfasser nennt ({detail})',
    },
    'claims our domain': {
      en: 'its author would be of {detail}, which is ours, and there is no proof of it',
      de: 'ihr Verfasser wäre aus {detail}, einer Domain von hier, und nichts belegt es',
    },
    'refused by DMARC': { en: '{detail} wishes that such mail is refused', de: '{detail} wünscht, dass solche Mail abgewiesen wird' },
    'put aside by DMARC': { en: '{detail} wishes that such mail is not taken for its own', de: '{detail} wünscht, dass solche Mail nicht als eigene gilt' },
    'proven by a sealer': {
      en: 'it passed when it came to {detail}, which changed it and is believed here',
      de: 'sie bestand, als sie zu {detail} kam, wo sie geändert wurde; dem wird hier geglaubt',
    },
    temperror: { en: 'the DNS did not answer as it should ({detail})', de: 'das DNS antwortete nicht, wie es soll ({detail})' },
    permerror: {
      en: 'what the author’s domain publishes cannot be used ({detail})',
      de: 'was die Domain des Verfassers veröffentlicht, ist nicht zu gebrauchen ({detail})',
    },
  },
  blocklists: {
    listed: { en: 'its address [{ip}] is on the blocklist {detail}', de: 'seine Adresse [{ip}] steht auf der Sperrliste {detail}' },
    'not listed': {
      en: 'its address is on none of the blocklists that refuse mail here',
      de: 'seine Adresse steht auf keiner der Sperrlisten, die hier Mail abweisen',
    },
    'no answer': {
      en: 'a blocklist did not answer as it should, which refuses nobody’s mail ({detail})',
      de: 'eine Sperrliste antwortete nicht, wie sie soll; deshalb wird nichts abgewiesen ({detail})',
    },
  },
  'content-filter': {
    'may leave': { en: 'the message may leave ({detail})', de: 'die Nachricht darf hinaus ({detail})' },
    'outgoing spam, refused': {
      en: 'the message looks too much like spam to leave ({detail})',
      de: 'die Nachricht sieht zu sehr nach Spam aus, um hinauszugehen ({detail})',
    },
    'not spam': { en: 'the message is not spam here ({detail})', de: 'die Nachricht ist hier kein Spam ({detail})' },
    'spam, delivered': {
      en: 'the message is spam, and is delivered all the same ({detail})',
      de: 'die Nachricht ist Spam und wird trotzdem zugestellt ({detail})',
    },
    'spam, marked': {
      en: 'the message is spam, and its subject is marked ({detail})',
      de: 'die Nachricht ist Spam, und ihr Betreff ist gekennzeichnet ({detail})',
    },
    'spam, into the folder': {
      en: 'the message is spam, and goes into the folder for spam where there is one ({detail})',
      de: 'die Nachricht ist Spam und kommt in den Ordner für Spam, wo es ihn gibt ({detail})',
    },
    'spam, thrown away': { en: 'the message is spam, and is thrown away ({detail})', de: 'die Nachricht ist Spam und wird weggeworfen ({detail})' },
    'spam, refused': { en: 'the message is spam ({detail})', de: 'die Nachricht ist Spam ({detail})' },
    'too late': { en: 'judging the message took too long', de: 'die Nachricht zu beurteilen dauerte zu lange' },
    'too busy': { en: 'too many messages were being judged at once', de: 'es wurden zu viele Nachrichten zugleich beurteilt' },
    'fault of ours': { en: 'the filter had a fault of its own', de: 'der Filter hatte einen eigenen Fehler' },
    'different policy': {
      en: 'this recipient wants something else done with spam than the first one, and must get the message in a transaction of its own',
      de: 'dieser Empfänger will mit Spam anders verfahren als der erste und muss die Nachricht in einem eigenen Vorgang bekommen',
    },
  },
  virus: {
    clean: { en: 'no virus was found', de: 'es wurde kein Virus gefunden' },
    virus: { en: 'the message holds a virus ({detail})', de: 'die Nachricht enthält einen Virus ({detail})' },
    'encrypted archive': {
      en: 'the message holds an encrypted archive, into which nobody can look ({detail})',
      de: 'die Nachricht enthält ein verschlüsseltes Archiv, in das niemand sehen kann ({detail})',
    },
    'beyond limits': {
      en: 'the message holds an archive that unpacks to more than is looked through ({detail})',
      de: 'die Nachricht enthält ein Archiv, das entpackt mehr ist, als durchgesehen wird ({detail})',
    },
    'too large': {
      en: 'the message is larger than what is looked through for viruses',
      de: 'die Nachricht ist größer, als nach Viren durchgesehen wird',
    },
    away: { en: 'the virus scanner could not be asked ({detail})', de: 'der Virenscanner war nicht zu fragen ({detail})' },
    'too late': { en: 'the virus scanner took too long', de: 'der Virenscanner brauchte zu lange' },
    'different policy': {
      en: 'this recipient wants something else done with viruses than the first one, and must get the message in a transaction of its own',
      de: 'dieser Empfänger will mit Viren anders verfahren als der erste und muss die Nachricht in einem eigenen Vorgang bekommen',
    },
  },
  'message-form': {
    'Message refused: CR without LF': { en: 'the message holds a CR without LF', de: 'die Nachricht enthält ein CR ohne LF' },
    'Message refused: LF without CR': { en: 'the message holds an LF without CR', de: 'die Nachricht enthält ein LF ohne CR' },
    'Message refused: NUL in it': { en: 'the message holds a NUL', de: 'die Nachricht enthält ein NUL' },
    'Message refused: a line of it is too long': { en: 'a line of the message is too long', de: 'eine Zeile der Nachricht ist zu lang' },
    'Header section too large': { en: 'the header section of the message is too large', de: 'der Kopf der Nachricht ist zu groß' },
  },
  quota: {
    'mailbox full': { en: 'the mailbox is full', de: 'das Postfach ist voll' },
  },
  lists: {
    off: { en: 'the address uses no lists', de: 'die Adresse benutzt keine Listen' },
    'let through': { en: 'the sender is on the list “always let through” ({detail})', de: 'der Absender steht auf der Liste „immer durchlassen“ ({detail})' },
    listed: { en: 'the sender is on the block list of the address ({detail})', de: 'der Absender steht auf der Sperrliste der Adresse ({detail})' },
    'not listed': { en: 'the sender is not on the block list', de: 'der Absender steht nicht auf der Sperrliste' },
    allowed: { en: 'the sender is on the list of those allowed ({detail})', de: 'der Absender steht auf der Liste der Erlaubten ({detail})' },
    'not allowed': {
      en: 'the address takes mail only from listed senders, and this one is not listed',
      de: 'die Adresse nimmt nur Mail von gelisteten Absendern, und dieser ist nicht gelistet',
    },
    'From may match': { en: 'the lists are judged once the message is there', de: 'die Listen werden geprüft, sobald die Nachricht da ist' },
    'host name unknown': {
      en: 'the host name that the lists ask for could not be found out',
      de: 'der Rechnername, nach dem die Listen fragen, war nicht zu ermitteln',
    },
    'always accepted': { en: 'mail to this address is always accepted', de: 'Mail an diese Adresse wird immer angenommen' },
    'different policy': {
      en: 'this recipient has other lists than the first one, and must get the message in a transaction of its own',
      de: 'dieser Empfänger hat andere Listen als der erste und muss die Nachricht in einem eigenen Vorgang bekommen',
    },
  },
  'reverse-lookup': {
    verified: {
      en: 'the address {ip} has the host name {detail}, which leads back to it',
      de: 'die Adresse {ip} hat den Rechnernamen {detail}, der zu ihr zurückführt',
    },
    'no name': { en: 'the address {ip} has no host name', de: 'die Adresse {ip} hat keinen Rechnernamen' },
    'no name leads back': { en: 'no host name of {ip} leads back to it ({detail})', de: 'kein Rechnername von {ip} führt zu ihr zurück ({detail})' },
    'not the EHLO name': {
      en: 'the host calls itself {helo}, which is not its name ({detail})',
      de: 'der Rechner nennt sich {helo}, was nicht sein Name ist ({detail})',
    },
    'too many names': { en: 'the address {ip} has too many host names ({detail})', de: 'die Adresse {ip} hat zu viele Rechnernamen ({detail})' },
    'DNS failed': { en: 'the DNS did not answer as it should ({detail})', de: 'das DNS antwortete nicht, wie es soll ({detail})' },
    'too late': { en: 'the DNS took too long ({detail})', de: 'das DNS brauchte zu lange ({detail})' },
  },
  greylisting: {
    'first seen': { en: 'the sender was seen for the first time', de: 'der Absender wurde zum ersten Mal gesehen' },
    'too soon': { en: 'the sender came back too soon', de: 'der Absender kam zu früh wieder' },
    'came back': { en: 'the sender came back after the wait', de: 'der Absender kam nach der Wartezeit wieder' },
    known: { en: 'the sender is known', de: 'der Absender ist bekannt' },
    'was written to': { en: 'the mailbox has written to the sender before', de: 'das Postfach hat dem Absender schon geschrieben' },
    'trusted host': { en: 'the host has passed several times', de: 'der Rechner kam schon mehrmals durch' },
    'let through': { en: 'the sender is on the list “always let through”', de: 'der Absender steht auf der Liste „immer durchlassen“' },
    allowed: { en: 'the sender is on the list of those allowed', de: 'der Absender steht auf der Liste der Erlaubten' },
    'table unavailable': { en: 'the memory of senders could not be asked', de: 'das Gedächtnis der Absender war nicht zu fragen' },
  },
  posting: {
    'author not known now': {
      en: 'whether {detail} takes mail from its author could not be found out',
      de: 'ob {detail} Mail des Verfassers nimmt, war nicht zu ermitteln',
    },
    'author not proven': {
      en: '{detail} does not take mail from everybody, and nothing proves who wrote this',
      de: '{detail} nimmt nicht von allen Mail, und nichts belegt, wer dies geschrieben hat',
    },
    'not of its members': { en: '{detail} takes mail from its members only', de: '{detail} nimmt nur Mail von seinen Mitgliedern' },
    'not of its domain': { en: '{detail} takes mail from its own domain only', de: '{detail} nimmt nur Mail aus seiner Domain' },
    'different policy': {
      en: 'this list takes mail from others than the first recipient, and must get the message in a transaction of its own',
      de: 'dieser Verteiler nimmt Mail von anderen als der erste Empfänger und muss die Nachricht in einem eigenen Vorgang bekommen',
    },
  },
  loop: {
    'was here already': {
      en: 'the message was forwarded from {detail} already, and came back',
      de: 'die Nachricht wurde schon einmal von {detail} weitergeleitet und kam zurück',
    },
    'too many Received fields': {
      en: 'the message goes round in circles: {detail} servers have handed it on',
      de: 'die Nachricht läuft im Kreis: {detail} Server haben sie weitergereicht',
    },
  },
  autoresponse: {
    answers: { en: 'the owner is away, and the mailbox answers', de: 'der Inhaber ist abwesend, und das Postfach antwortet' },
    automatic: { en: 'this is the automatic answer of {detail}', de: 'dies ist die automatische Antwort von {detail}' },
    'not now': { en: 'no answer: today is not among its days', de: 'keine Antwort: heute ist keiner ihrer Tage' },
    spam: { en: 'no answer to spam', de: 'keine Antwort auf Spam' },
    'nobody to answer': {
      en: 'no answer: the message is from nobody, as notices are',
      de: 'keine Antwort: die Nachricht ist von niemandem, wie Meldungen es sind',
    },
    'own address': { en: 'no answer to oneself', de: 'keine Antwort an sich selbst' },
    'a machine': { en: 'no answer: the sender’s address is that of a machine', de: 'keine Antwort: die Adresse des Absenders ist die einer Maschine' },
    'a mailing list': { en: 'no answer to mailing lists', de: 'keine Antwort an Mailinglisten' },
    'bulk mail': { en: 'no answer to bulk mail', de: 'keine Antwort auf Massenmail' },
    'an automatic message': { en: 'no answer to what a machine has written', de: 'keine Antwort auf maschinell Erzeugtes' },
    'asked not to': { en: 'no answer: the sender does not wish for one', de: 'keine Antwort: der Absender wünscht keine' },
    'not addressed to it': {
      en: 'no answer: none of the mailbox’s addresses is in To or Cc',
      de: 'keine Antwort: keine Adresse des Postfachs steht in To oder Cc',
    },
    'enough for today': {
      en: 'no answer: the mailbox has given as many today as it may',
      de: 'keine Antwort: das Postfach hat heute schon so viele gegeben, wie es darf',
    },
    'answered lately': { en: 'no answer: the sender has had one lately', de: 'keine Antwort: der Absender hat kürzlich eine bekommen' },
  },
  storage: {
    'Temporary failure of this server, please try later': { en: 'this server had a fault of its own', de: 'dieser Server hatte einen eigenen Fehler' },
    'Not enough storage, please try later': { en: 'there was no room left on this server', de: 'auf diesem Server war kein Platz mehr' },
    'fault of ours': { en: 'this server had a fault of its own', de: 'dieser Server hatte einen eigenen Fehler' },
  },
  ...sentFindings,
}

/** Undefined: an earlier version knew the reason, and this one does not. */
export function clauseOf({ check, reason }: Pick<ToldCheck, 'check' | 'reason'>): Text | undefined {
  return (findings[check] as Readonly<Partial<Record<string, Text>>>)[reason]
}
