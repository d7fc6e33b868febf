import type { Text } from '../../base/language.ts'
import type { ExplainedReasons } from './explained.ts'

const askThem: Text = {
  en: 'The other server decides that; its answer below says more. Ask the recipient in another way, who can ask its operator.',
  de: 'Das entscheidet der andere Server; seine Antwort unten sagt mehr. Fragen Sie den Empfänger auf anderem Weg; er kann sich an dessen Betreiber wenden.',
}

const checkAddress: Text = {
  en: 'Look at the address letter by letter and send the message again.',
  de: 'Prüfen Sie die Adresse Buchstabe für Buchstabe, und senden Sie die Nachricht noch einmal.',
}

/** Of mail on its way to another server, as `explained` has them. The reader is who sent it. */
export const sendingExplained: ExplainedReasons<'sending'> = {
  sending: {
    relayed: {
      means: {
        en: 'The other server has the message, but will not tell whether it arrives, although that was asked for.',
        de: 'Der andere Server hat die Nachricht, meldet aber nicht, ob sie ankommt, obwohl darum gebeten war.',
      },
    },
    removed: {
      means: {
        en: 'Somebody has taken it out of the queue. It does not go out any more.',
        de: 'Jemand hat sie aus der Warteschlange genommen. Sie geht nicht mehr hinaus.',
      },
    },
    'no-such-mailbox': {
      means: { en: 'The other server says that it has no such address.', de: 'Der andere Server sagt, dass es diese Adresse dort nicht gibt.' },
      help: checkAddress,
    },
    'mailbox-full': {
      means: { en: 'The recipient’s mailbox has no room left.', de: 'Das Postfach des Empfängers hat keinen Platz mehr.' },
      help: { en: 'Tell the recipient in another way.', de: 'Sagen Sie es dem Empfänger auf anderem Weg.' },
    },
    'mailbox-off': {
      means: { en: 'The recipient’s mailbox is closed or switched off.', de: 'Das Postfach des Empfängers ist geschlossen oder abgeschaltet.' },
      help: { en: 'Ask the recipient for another address.', de: 'Bitten Sie den Empfänger um eine andere Adresse.' },
    },
    'too-large': {
      means: { en: 'The message is larger than the other server takes.', de: 'Die Nachricht ist größer, als der andere Server annimmt.' },
      help: { en: 'Send a link to the file, or smaller attachments.', de: 'Senden Sie einen Link zur Datei oder kleinere Anhänge.' },
    },
    listed: {
      means: {
        en: 'The address by which the message left stands on a blocklist. This server sees to it and takes another way where it has one.',
        de: 'Die Adresse, über die die Nachricht hinausging, steht auf einer Sperrliste. Dieser Server kümmert sich darum und nimmt einen anderen Weg, wo er einen hat.',
      },
      help: { en: 'The operator sees the listing under “relays”.', de: 'Der Betreiber sieht den Eintrag unter „Relays“.' },
    },
    spam: {
      means: { en: 'The other server thinks that the message is spam.', de: 'Der andere Server hält die Nachricht für Spam.' },
      help: {
        en: 'Write it in plainer words and with fewer links, or ask the recipient to let you through.',
        de: 'Schreiben Sie sie schlichter und mit weniger Links, oder bitten Sie den Empfänger, Sie durchzulassen.',
      },
    },
    'sender-unproved': {
      means: {
        en: 'The other server wants proof that the message is from your domain, and did not find it.',
        de: 'Der andere Server will belegt haben, dass die Nachricht von Ihrer Domain ist, und fand den Beleg nicht.',
      },
      help: {
        en: 'Look at the DNS records of your domain (SPF, DKIM, DMARC): one is missing or wrong.',
        de: 'Sehen Sie die DNS-Einträge Ihrer Domain an (SPF, DKIM, DMARC): einer fehlt oder ist falsch.',
      },
    },
    'sender-refused': {
      means: { en: 'The other server takes no mail from this address.', de: 'Der andere Server nimmt von dieser Adresse keine Mail.' },
      help: askThem,
    },
    virus: {
      means: { en: 'The other server found harmful software in the message.', de: 'Der andere Server fand Schadsoftware in der Nachricht.' },
      help: { en: 'Have the computer that it came from looked through.', de: 'Lassen Sie den Rechner durchsehen, von dem sie kam.' },
    },
    'try-later': {
      means: {
        en: 'The other server asks to come again later. That is common, and done by itself.',
        de: 'Der andere Server bittet, später wiederzukommen. Das ist üblich und geschieht von selbst.',
      },
    },
    rate: {
      means: {
        en: 'The other server has had enough mail from here for now. It goes on by itself, more slowly.',
        de: 'Der andere Server hat fürs Erste genug Mail von hier bekommen. Es geht von selbst weiter, langsamer.',
      },
    },
    loop: {
      means: { en: 'Servers hand the message on to each other in a circle.', de: 'Server reichen die Nachricht einander im Kreis weiter.' },
      help: {
        en: 'A forward at the other side leads back to its beginning; the recipient has to change it.',
        de: 'Eine Weiterleitung auf der anderen Seite führt an ihren Anfang zurück; der Empfänger muss sie ändern.',
      },
    },
    'not-here': {
      means: {
        en: 'The server that the domain names for its mail does not take it: something is set up wrongly there.',
        de: 'Der Server, den die Domain für ihre Mail nennt, nimmt sie nicht an: dort ist etwas falsch eingerichtet.',
      },
      help: askThem,
    },
    refused: { means: { en: 'The other server refused the message.', de: 'Der andere Server wies die Nachricht ab.' }, help: askThem },
    'no-such-domain': {
      means: { en: 'What stands behind the @ is no domain.', de: 'Was hinter dem @ steht, ist keine Domain.' },
      help: checkAddress,
    },
    'takes-no-mail': {
      means: { en: 'The domain says that it takes no mail at all.', de: 'Die Domain sagt, dass sie überhaupt keine Mail annimmt.' },
      help: checkAddress,
    },
    'no-answer': {
      means: {
        en: 'The other side’s mail server does not answer. It is tried again by itself, for days.',
        de: 'Der Mailserver der Gegenseite antwortet nicht. Es wird von selbst weiter versucht, tagelang.',
      },
    },
    tls: {
      means: {
        en: 'The recipient’s domain demands an encrypted connection that proves whom it leads to, and none came about. Sending without would let others read along.',
        de: 'Die Domain des Empfängers verlangt eine verschlüsselte Verbindung, die beweist, wohin sie führt, und keine kam zustande. Ohne sie könnten andere mitlesen.',
      },
      help: askThem,
    },
    dns: {
      means: {
        en: 'The name servers of the recipient’s domain do not answer as they should. It is tried again by itself.',
        de: 'Die Nameserver der Empfängerdomain antworten nicht, wie sie sollen. Es wird von selbst weiter versucht.',
      },
    },
    utf8: {
      means: { en: 'The other server does not know addresses with such letters.', de: 'Der andere Server kennt keine Adressen mit solchen Buchstaben.' },
      help: { en: 'Ask the recipient for an address in plain letters.', de: 'Bitten Sie den Empfänger um eine Adresse mit einfachen Buchstaben.' },
    },
    'require-tls': {
      means: {
        en: 'The message was sent with the wish that it goes over secured connections only, and the other side has none.',
        de: 'Die Nachricht wurde mit dem Wunsch gesendet, nur über gesicherte Verbindungen zu gehen, und die Gegenseite hat keine.',
      },
      help: { en: 'Send it without that wish, or in another way.', de: 'Senden Sie sie ohne diesen Wunsch oder auf anderem Weg.' },
    },
  },
}
