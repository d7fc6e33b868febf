import type { Language } from '../../base/language.ts'
import { formatAddress } from '../../mail/address.ts'
import { formatRemoteReply } from '../../mail/remote-reply.ts'
import type { RefusalReason } from '../reason.ts'
import type { Trouble } from '../trouble.ts'
import type { Report, ReportedRecipient } from './report.ts'

/** What a person reads. */
interface DsnText {
  readonly subject: string
  /** The first one says it all. */
  readonly paragraphs: readonly string[]
}

type OwnTrouble = Extract<Trouble, { by: 'us' }>['what']

interface Words {
  /** ASCII: they stand in the header as they are. */
  readonly subjects: Readonly<Record<Report['action'], string>>
  /** The first paragraph. */
  readonly opening: (about: {
    readonly action: Report['action']
    readonly toList: boolean
    readonly whom: string
    readonly why: string
    readonly subject: string
    readonly until: string
  }) => string
  readonly what: Readonly<Record<RefusalReason | OwnTrouble, string>>
  readonly answered: (host: string, reply: string) => string
  readonly several: (count: number) => string
  /** The message it is about. */
  readonly message: (subject: string | undefined) => string
}

const en: Words = {
  subjects: {
    failed: 'Your mail could not be delivered',
    delayed: 'Your mail is delayed; nothing to do for you yet',
    delivered: 'Your mail was delivered',
    relayed: 'Your mail was handed on',
    expanded: 'Your mail was handed on',
  },
  opening({ action, toList, whom, why, subject, until }) {
    switch (action) {
      case 'failed':
        return `${subject} did not reach ${whom}: ${why}. It will not be tried again.`
      case 'delayed':
        return `${subject} has not reached ${whom} yet: ${why}. It is tried again until ${until}; you need not send it again.`
      case 'delivered':
        return toList ? `${subject} reached ${whom}, which passes it on to its members.` : `${subject} reached the mailbox of ${whom}.`
      case 'relayed':
        return `${subject} was handed to the mail server of ${whom}, which does not tell what becomes of it.`
      case 'expanded':
        return `${subject} reached ${whom}, and goes on from there to several mailboxes. You hear of it only if one of them cannot be reached.`
    }
  },
  what: {
    'no-such-mailbox': 'there is no such address there',
    'mailbox-full': 'the mailbox is full',
    'mailbox-off': 'the mailbox is closed at present',
    'too-large': 'the mail is larger than the other side accepts',
    listed: 'the other side has a blocklist on which the way that your mail took is listed',
    spam: 'the other side took the mail for unsolicited advertising',
    'sender-unproved': 'the other side could not verify that the mail is from the domain of its sender',
    'sender-refused': 'the other side does not accept mail from this sender',
    virus: 'the other side found a virus in it',
    'try-later': 'the other side asked to try again later',
    rate: 'the other side takes no more mail from here at present',
    loop: 'it went in a circle',
    'not-here': 'the server that is named for this address does not take mail for it',
    refused: 'your mail was refused by the other side',
    'no-such-domain': 'there is no such domain; perhaps a typing error',
    'takes-no-mail': 'this domain takes no mail',
    'no-answer': 'the mail server of the other side does not answer',
    tls: 'no connection as secure as the other side demands could be made',
    dns: 'it could not be found out which server takes mail for this address',
    utf8: 'the other side cannot take addresses with letters other than a to z',
    'require-tls': 'the mail may only go over secured connections, and the other side offers none',
  },
  answered: (host, reply) => `The answer of ${host} was: ${reply}`,
  several: (count) => `${count} recipients`,
  message: (subject) => (subject === undefined ? 'Your mail' : `Your mail "${subject}"`),
}

const de: Words = {
  subjects: {
    failed: 'Ihre Mail konnte nicht zugestellt werden',
    delayed: 'Ihre Mail ist noch unterwegs; Sie brauchen nichts zu tun',
    delivered: 'Ihre Mail wurde zugestellt',
    relayed: 'Ihre Mail wurde weitergegeben',
    expanded: 'Ihre Mail wurde weitergegeben',
  },
  opening({ action, toList, whom, why, subject, until }) {
    switch (action) {
      case 'failed':
        return `${subject} hat ${whom} nicht erreicht: ${why}. Es wird nicht weiter versucht.`
      case 'delayed':
        return `${subject} hat ${whom} noch nicht erreicht: ${why}. Bis ${until} wird es weiter versucht; Sie müssen sie nicht noch einmal schicken.`
      case 'delivered':
        return toList ? `${subject} hat ${whom} erreicht und geht an die Mitglieder dieses Verteilers.` : `${subject} liegt im Postfach von ${whom}.`
      case 'relayed':
        return `${subject} wurde dem Mailserver von ${whom} übergeben, der nicht meldet, was daraus wird.`
      case 'expanded':
        return `${subject} hat ${whom} erreicht und geht von dort an mehrere Postfächer. Sie hören nur dann davon, wenn eines nicht erreichbar ist.`
    }
  },
  what: {
    'no-such-mailbox': 'Diese Adresse gibt es dort nicht',
    'mailbox-full': 'Das Postfach ist voll',
    'mailbox-off': 'Das Postfach ist zurzeit geschlossen',
    'too-large': 'Die Mail ist größer, als die Gegenseite annimmt',
    listed: 'Die Gegenseite hat eine Sperrliste, auf der der Weg Ihrer Mail steht',
    spam: 'Die Gegenseite hat die Mail für unerwünschte Werbung gehalten',
    'sender-unproved': 'Die Gegenseite konnte nicht prüfen, dass die Mail von der Domain ihres Absenders stammt',
    'sender-refused': 'Die Gegenseite nimmt von diesem Absender keine Mail an',
    virus: 'Die Gegenseite hat einen Virus darin gefunden',
    'try-later': 'Die Gegenseite bat, es später noch einmal zu versuchen',
    rate: 'Die Gegenseite nimmt von hier zurzeit keine weitere Mail an',
    loop: 'Sie ging im Kreis',
    'not-here': 'Der für diese Adresse genannte Server nimmt keine Mail für sie an',
    refused: 'Ihre Mail wurde von der Gegenseite abgelehnt',
    'no-such-domain': 'Diese Domain gibt es nicht; vielleicht ein Tippfehler',
    'takes-no-mail': 'Diese Domain nimmt keine Mail an',
    'no-answer': 'Der Mailserver der Gegenseite antwortet nicht',
    tls: 'Es kam keine Verbindung zustande, die so sicher ist, wie die Gegenseite es verlangt',
    dns: 'Es ließ sich nicht herausfinden, welcher Server für diese Adresse Mail annimmt',
    utf8: 'Die Gegenseite kann keine Adressen mit anderen Buchstaben als a bis z annehmen',
    'require-tls': 'Die Mail darf nur über gesicherte Verbindungen gehen, und die Gegenseite bietet keine an',
  },
  answered: (host, reply) => `Die Antwort von ${host} war: ${reply}`,
  several: (count) => `${count} Empfänger`,
  message: (subject) => (subject === undefined ? 'Ihre Mail' : `Ihre Mail „${subject}“`),
}

const words: Readonly<Record<Language, Words>> = { en, de }

/** What a notice says, in its language. */
export function dsnText(report: Report): DsnText {
  const { language, action, toList = false, recipients, giveUpAtMs } = report
  const { subjects, opening, what, answered, several, message } = words[language]
  const why = ({ trouble }: ReportedRecipient) => (trouble === undefined ? what.refused : what[trouble.by === 'answer' ? trouble.reason : trouble.what])
  const answer = ({ trouble }: ReportedRecipient) => (trouble?.by === 'answer' ? [answered(trouble.host, formatRemoteReply(trouble.reply))] : [])
  const [first] = recipients
  const common = first !== undefined && recipients.every((recipient) => why(recipient) === why(first)) ? why(first) : what.refused
  const whom = recipients.length === 1 && first !== undefined ? formatAddress(first.address) : several(recipients.length)
  const until = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(giveUpAtMs)
  const about = { action, toList, whom, why: common, subject: message(report.subject), until: `${until} UTC` }
  const one = recipients.length === 1
  const each = recipients.flatMap((recipient) => {
    if (action !== 'failed' && action !== 'delayed') return one ? [] : [formatAddress(recipient.address)]
    return one ? answer(recipient) : [[`${formatAddress(recipient.address)}: ${why(recipient)}.`, ...answer(recipient)].join(' ')]
  })
  return { subject: subjects[action], paragraphs: [opening(about), ...each] }
}
