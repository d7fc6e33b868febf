import type { Text } from '../../base/language.ts'
import type { CheckName, ToldCheck } from '../../mail/check.ts'
import type { JournalOutcome } from '../entry.ts'

/** Headings of a story's steps, for people who have never heard of the checks. */
export const stepNames: Readonly<Record<CheckName | 'arrival', Text>> = {
  arrival: { en: 'Arrival', de: 'Ankunft' },
  'connection-limits': { en: 'Number of connections', de: 'Zahl der Verbindungen' },
  'early-talker': { en: 'Waiting for the greeting', de: 'Warten auf die Begrüßung' },
  sender: { en: 'Sender', de: 'Absender' },
  'sending-limits': { en: 'How much may be sent', de: 'Wie viel gesendet werden darf' },
  address: { en: 'Address', de: 'Adresse' },
  relay: { en: 'Whose mail it is', de: 'Wessen Mail es ist' },
  size: { en: 'Size', de: 'Größe' },
  quota: { en: 'Room in the mailbox', de: 'Platz im Postfach' },
  lists: { en: 'Lists of the address', de: 'Listen der Adresse' },
  'reverse-lookup': { en: 'Name of the sending server (reverse lookup)', de: 'Name des sendenden Servers (Rückwärtssuche)' },
  greylisting: { en: 'First contact (greylisting)', de: 'Erster Kontakt (Greylisting)' },
  blocklists: { en: 'Public blocklists', de: 'Öffentliche Sperrlisten' },
  posting: { en: 'Who may write to the list', de: 'Wer an den Verteiler schreiben darf' },
  loop: { en: 'Mail in a circle', de: 'Mail im Kreis' },
  authentication: { en: 'Is the sender genuine? (SPF, DKIM, DMARC)', de: 'Ist der Absender echt? (SPF, DKIM, DMARC)' },
  virus: { en: 'Viruses', de: 'Viren' },
  'content-filter': { en: 'Spam filter', de: 'Spamfilter' },
  'message-form': { en: 'Form of the message', de: 'Form der Nachricht' },
  storage: { en: 'This server', de: 'Dieser Server' },
  autoresponse: { en: 'Automatic answer', de: 'Automatische Antwort' },
  'way-out': { en: 'Way out', de: 'Weg hinaus' },
  'transport-security': { en: 'Encryption', de: 'Verschlüsselung' },
  sending: { en: 'The other server', de: 'Der andere Server' },
  'next-attempt': { en: 'Next attempt', de: 'Nächster Versuch' },
}

const headlines: Readonly<Record<JournalOutcome, Text>> = {
  delivered: { en: 'The message was delivered.', de: 'Die Nachricht wurde zugestellt.' },
  forwarded: { en: 'The message was accepted and goes on to another server.', de: 'Die Nachricht wurde angenommen und geht an einen anderen Server weiter.' },
  discarded: { en: 'The message was accepted and thrown away.', de: 'Die Nachricht wurde angenommen und weggeworfen.' },
  refused: { en: 'The message was refused, and its sender was told.', de: 'Die Nachricht wurde abgewiesen, und der Absender hat es erfahren.' },
  deferred: {
    en: 'The message was not taken yet; the sending server was asked to come again.',
    de: 'Die Nachricht wurde noch nicht angenommen; der sendende Server wurde gebeten, wiederzukommen.',
  },
  sent: { en: 'The message was handed over to the other server.', de: 'Die Nachricht wurde dem anderen Server übergeben.' },
  relayed: { en: 'The message was handed over to the other server.', de: 'Die Nachricht wurde dem anderen Server übergeben.' },
  delayed: {
    en: 'The message could not be handed over yet. It is tried again by itself.',
    de: 'Die Nachricht konnte noch nicht übergeben werden. Es wird von selbst wieder versucht.',
  },
  failed: { en: 'The message could not be delivered. Its sender was told.', de: 'Die Nachricht konnte nicht zugestellt werden. Der Absender hat es erfahren.' },
  removed: { en: 'The message was taken out of the queue.', de: 'Die Nachricht wurde aus der Warteschlange genommen.' },
}

const intoSpam: Text = {
  en: 'The message was delivered: into the folder for spam, if the mailbox has one.',
  de: 'Die Nachricht wurde zugestellt: in den Spam-Ordner, wenn das Postfach einen hat.',
}
const intoVirus: Text = { en: 'The message was delivered, into the folder for viruses.', de: 'Die Nachricht wurde zugestellt, in den Virus-Ordner.' }
const marked: Text = { en: 'The message was delivered, marked as spam.', de: 'Die Nachricht wurde zugestellt, als Spam gekennzeichnet.' }
const connectionRefused: Text = { en: 'The connection was refused.', de: 'Die Verbindung wurde abgewiesen.' }

export function headlineOf(
  { outcome, sender }: { readonly outcome: JournalOutcome; readonly sender?: string | undefined },
  because: ToldCheck | undefined,
): Text {
  if ((outcome === 'refused' || outcome === 'deferred') && sender === undefined) return connectionRefused
  if (outcome !== 'delivered' || because === undefined) return headlines[outcome]
  switch (because.check) {
    case 'virus':
      return intoVirus
    case 'authentication':
      return intoSpam
    default:
      return because.reason === 'spam, into the folder' ? intoSpam : because.reason === 'spam, marked' ? marked : headlines.delivered
  }
}
