import { type AddressSettingKey, addressSettings } from './address-settings.ts'
import {
  addressOrNone,
  asciiText,
  asciiTextOrNone,
  choice,
  contactOrNone,
  count,
  domainsOrNone,
  duration,
  factor,
  hostOrNone,
  lineOrNone,
  networks,
  onOff,
  points,
  pointsOrOff,
  refusingListsOrNone,
  type Setting,
  type SettingKind,
  size,
} from './setting-kind.ts'

/** What is done with a message that the virus check cannot look into. */
const unscannableActions = ['deliver', 'refuse', 'virus'] as const

function requiredScore(fallback: number, level: string): Setting<number> {
  return {
    kind: points,
    fallback,
    meaning: {
      en: `from how many points on a message is spam where spam-level=${level}`,
      de: `ab wie vielen Punkten eine Nachricht bei spam-level=${level} Spam ist`,
    },
  }
}

/**
 * What an operator may change while the server runs: `posthorn setting list`. A part that wants one adds its row here and reads
 * `directory.settings['its.key']`. Times are milliseconds, sizes bytes.
 */
export const settingTable = {
  // The defaults of the address keys: the same names.
  ...addressSettings,

  // Signing in
  'plaintext-login': {
    kind: choice(['never', 'loopback', 'always']),
    fallback: 'never',
    meaning: {
      en: 'who may send a password over a connection without TLS; loopback: programs on this machine',
      de: 'wer ein Passwort über eine Verbindung ohne TLS schicken darf; loopback: Programme auf diesem Rechner',
    },
  },
  'login-throttle': {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'slow down and refuse those who guess passwords; off only for load tests',
      de: 'bremsen und abweisen, wer Passwörter rät; off nur für Lasttests',
    },
  },
  'password.min-length': {
    kind: count(4, 64),
    fallback: 8,
    meaning: { en: 'fewest characters of a new password', de: 'wenigste Zeichen eines neuen Passworts' },
  },
  'password.scram': {
    kind: onOff,
    fallback: false,
    meaning: {
      en: 'offer sign-in by SCRAM-SHA-256 (RFC 7677), and keep keys for it when a password is set',
      de: 'Anmeldung mit SCRAM-SHA-256 (RFC 7677) anbieten und beim Setzen eines Passworts die Schlüssel dafür ablegen',
    },
  },
  'session.idle': {
    kind: duration('5m', '90d'),
    fallback: 12 * 3_600_000,
    meaning: {
      en: 'how long somebody who does nothing stays signed in to the web pages',
      de: 'wie lange auf den Webseiten angemeldet bleibt, wer nichts tut',
    },
  },
  'session.longest': {
    kind: duration('10m', '365d'),
    fallback: 30 * 86_400_000,
    meaning: {
      en: 'how long anybody stays signed in to the web pages; then the password is asked for again',
      de: 'wie lange man auf den Webseiten höchstens angemeldet bleibt; dann wird das Passwort wieder verlangt',
    },
  },

  // Addresses
  'postmaster.address': {
    kind: addressOrNone,
    fallback: '',
    meaning: {
      en: 'who gets <postmaster>, and postmaster@ and abuse@ of domains that have none of their own; none: the first operator’s mailbox',
      de: 'wer <postmaster> erhält, und postmaster@ und abuse@ der Domains, die selbst keine haben; none: das Postfach des ersten Betreibers',
    },
  },
  subaddressing: {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'ann+anything@ reaches ann@ where there is no such address (RFC 5233)',
      de: 'ann+irgendwas@ erreicht ann@, wenn es die Adresse nicht gibt (RFC 5233)',
    },
  },
  'mailbox.full': {
    kind: choice(['defer', 'refuse']),
    fallback: 'defer',
    meaning: {
      en: 'answer for a full mailbox; defer: 452, the sender tries again; refuse: 552',
      de: 'Antwort bei vollem Postfach; defer: 452, der Absender versucht es wieder; refuse: 552',
    },
  },

  // The door
  'connection-limits': {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'limit connections, errors and unknown recipients of one address or network; off only for load tests',
      de: 'Verbindungen, Fehler und unbekannte Empfänger je Adresse und Netz begrenzen; off nur für Lasttests',
    },
  },
  'connection-limits.mail-concurrent': {
    kind: count(1, 100_000),
    fallback: 50,
    meaning: {
      en: 'connections of other mail servers at once, from one address; its network: four times as many',
      de: 'gleichzeitige Verbindungen anderer Mailserver von einer Adresse; aus ihrem Netz viermal so viele',
    },
  },
  'connection-limits.mail-per-minute': {
    kind: count(1, 1_000_000),
    fallback: 600,
    meaning: {
      en: 'new connections of other mail servers in a minute, from one address; its network: four times as many',
      de: 'neue Verbindungen anderer Mailserver je Minute von einer Adresse; aus ihrem Netz viermal so viele',
    },
  },
  'connection-limits.access-concurrent': {
    kind: count(1, 100_000),
    fallback: 500,
    meaning: {
      en: 'connections of mail clients at once, from one address (a whole office may share one); its network: four times as many',
      de: 'gleichzeitige Verbindungen von Mailprogrammen von einer Adresse (ein Büro teilt sich eine); aus ihrem Netz viermal so viele',
    },
  },
  'connection-limits.access-per-minute': {
    kind: count(1, 1_000_000),
    fallback: 1200,
    meaning: {
      en: 'new connections of mail clients in a minute, from one address; its network: four times as many',
      de: 'neue Verbindungen von Mailprogrammen je Minute von einer Adresse; aus ihrem Netz viermal so viele',
    },
  },
  'connection-limits.errors': {
    kind: count(1, 10_000),
    fallback: 20,
    meaning: {
      en: 'refused or unknown commands until a connection is closed',
      de: 'abgelehnte oder unbekannte Befehle, bis eine Verbindung beendet wird',
    },
  },
  'connection-limits.errors-per-hour': {
    kind: count(1, 1_000_000),
    fallback: 300,
    meaning: {
      en: 'the same in an hour, from one address, until it is put off; its network: four times as many',
      de: 'dasselbe je Stunde von einer Adresse, bis sie vertröstet wird; aus ihrem Netz viermal so viele',
    },
  },
  'connection-limits.unknown-recipients': {
    kind: count(1, 1_000_000),
    fallback: 200,
    meaning: {
      en: 'recipients that do not exist in an hour, from one address, until it is put off; its network: four times as many',
      de: 'Empfänger je Stunde, die es nicht gibt, von einer Adresse, bis sie vertröstet wird; aus ihrem Netz viermal so viele',
    },
  },
  'greeting.delay': {
    kind: duration('0', '10s'),
    fallback: 500,
    meaning: {
      en: 'how long networks that never delivered wait for the greeting; who speaks first is refused',
      de: 'wie lange Netze, die noch nie zugestellt haben, auf die Begrüßung warten; wer vorher spricht, wird abgewiesen',
    },
  },
  'reverse-lookup.strict': {
    kind: onOff,
    fallback: false,
    meaning: {
      en: 'the host name must also be the EHLO name; RFC 5321 4.1.4 forbids refusing for that alone',
      de: 'der Rechnername muss auch der EHLO-Name sein; RFC 5321 4.1.4 verbietet, nur deswegen abzuweisen',
    },
  },
  'greylisting.delay': {
    kind: duration('1s', '12h'),
    fallback: 60_000,
    meaning: { en: 'how long an unknown sender has to wait', de: 'wie lange ein unbekannter Absender warten muss' },
  },
  'greylisting.window': {
    kind: duration('1h', '7d'),
    fallback: 24 * 3_600_000,
    meaning: { en: 'how long the second try may take', de: 'wie lange der zweite Versuch auf sich warten lassen darf' },
  },
  'greylisting.memory': {
    kind: duration('1d', '400d'),
    fallback: 36 * 86_400_000,
    meaning: { en: 'how long a sender that came back is remembered', de: 'wie lange ein Absender, der wiederkam, in Erinnerung bleibt' },
  },
  'greylisting.trusted-after': {
    kind: count(0, 200),
    fallback: 5,
    meaning: {
      en: 'a host that came back for this many senders need not wait any more; 0: every new sender waits',
      de: 'ein Rechner, der für so viele Absender wiederkam, muss nicht mehr warten; 0: jeder neue Absender wartet',
    },
  },
  'greylisting.max-entries': {
    kind: count(1000, 10_000_000),
    fallback: 1_000_000,
    meaning: { en: 'senders remembered at most; about 100 bytes each', de: 'wie viele Absender höchstens; je etwa 100 Byte' },
  },

  // Watching
  'metrics.from': {
    kind: networks,
    fallback: '127.0.0.0/8 ::1/128',
    meaning: {
      en: 'from where Prometheus may fetch /metrics (ports http and https)',
      de: 'von wo Prometheus /metrics abholen darf (Ports http und https)',
    },
  },

  // How mail programs are set up
  'provider.name': {
    kind: lineOrNone(100),
    fallback: '',
    meaning: {
      en: 'what you call yourself where mail programs set themselves up; none: the server’s host name',
      de: 'wie Sie sich nennen, wo Mailprogramme sich selbst einrichten; none: der Name des Servers',
    },
  },
  'client.hostname': {
    kind: hostOrNone,
    fallback: '',
    meaning: {
      en: 'the name under which mail programs find the server; none: its host name',
      de: 'der Name, unter dem Mailprogramme den Server finden; none: sein eigener',
    },
  },
  'client.standard-ports': {
    kind: onOff,
    fallback: false,
    meaning: {
      en: 'tell mail programs the standard ports, where a balancer or port forwarding stands before others',
      de: 'Mailprogrammen die üblichen Ports nennen, wo ein Verteiler oder eine Portweiterleitung vor anderen steht',
    },
  },

  // What mail programs are told of the server
  'server.comment': {
    kind: lineOrNone(1000),
    fallback: '',
    meaning: {
      en: 'what mail programs can show about this server (IMAP METADATA, /shared/comment)',
      de: 'was Mailprogramme über diesen Server zeigen können (IMAP METADATA, /shared/comment)',
    },
  },
  'server.contact': {
    kind: contactOrNone,
    fallback: '',
    meaning: {
      en: 'how users reach who runs this server, as a URI (IMAP METADATA, /shared/admin)',
      de: 'wie Benutzer den Betreiber dieses Servers erreichen, als URI (IMAP METADATA, /shared/admin)',
    },
  },

  'blocklist.refuse': {
    kind: refusingListsOrNone,
    fallback: '',
    meaning: {
      en: 'blocklists of the DNS that refuse a client’s mail at RCPT (550); with a code, or a range of the last number, only those answers do',
      de: 'Sperrlisten im DNS, die Mail eines Clients bei RCPT abweisen (550); mit einem Code oder einem Bereich der letzten Zahl nur bei diesen Antworten',
    },
  },

  // Sending
  'sending.give-up': {
    kind: duration('1h', '30d'),
    fallback: 5 * 86_400_000,
    meaning: {
      en: 'how long a message is tried that other servers put off; then its sender is told that it failed',
      de: 'wie lange eine Nachricht versucht wird, die andere Server vertrösten; danach erfährt ihr Absender, dass sie nicht ankam',
    },
  },
  'sending.first-wait': {
    kind: duration('1s', '4h'),
    fallback: 120_000,
    meaning: {
      en: 'the wait after the first attempt; each wait is 2½ times the one before',
      de: 'die Pause nach dem ersten Versuch; jede ist 2½-mal so lang wie die davor',
    },
  },
  'sending.longest-wait': {
    kind: duration('1m', '1d'),
    fallback: 4 * 3_600_000,
    meaning: { en: 'the longest wait between two attempts', de: 'die längste Pause zwischen zwei Versuchen' },
  },
  'sending.delay-notice': {
    kind: duration('1m', '30d'),
    fallback: 4 * 3_600_000,
    meaning: {
      en: 'when a sender is told that a message takes long; from sending.give-up on: never',
      de: 'wann ein Absender erfährt, dass eine Nachricht lange braucht; ab sending.give-up: nie',
    },
  },
  'sending.max-sessions': {
    kind: count(1, 10_000),
    fallback: 200,
    meaning: { en: 'sessions with other mail servers at once', de: 'gleichzeitige Sitzungen mit anderen Mailservern' },
  },
  'sending.sessions-per-destination': {
    kind: count(1, 1_000),
    fallback: 20,
    meaning: {
      en: 'of these, with the servers of one destination, as far as they take so many; each starts with two',
      de: 'davon mit den Servern eines Ziels, soweit sie so viele annehmen; jedes beginnt mit zweien',
    },
  },
  'sending.messages-per-session': {
    kind: count(1, 10_000),
    fallback: 100,
    meaning: { en: 'messages on one session', de: 'Nachrichten in einer Sitzung' },
  },
  'sending.messages-per-minute': {
    kind: count(0, 1_000_000),
    fallback: 0,
    meaning: {
      en: 'messages in a minute to the servers of one destination; 0: no limit',
      de: 'Nachrichten je Minute an die Server eines Ziels; 0: ohne Grenze',
    },
  },

  'reports.send': {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'send DMARC and TLS reports once a day to the domains that wish for them',
      de: 'DMARC- und TLS-Berichte einmal am Tag an die Domains schicken, die sie möchten',
    },
  },

  // What people send
  'submission.show-client': {
    kind: onOff,
    fallback: false,
    meaning: {
      en: 'write into what people send from which address they were connected; the journal has it in any case',
      de: 'in das, was Leute senden, schreiben, von welcher Adresse aus sie verbunden waren; im Journal steht es ohnehin',
    },
  },
  'submission.highest-priority': {
    kind: count(0, 9),
    fallback: 0,
    meaning: {
      en: 'the highest priority that people may ask for (MT-PRIORITY, RFC 6710); more is lowered to it',
      de: 'die höchste Priorität, die Leute verlangen dürfen (MT-PRIORITY, RFC 6710); was darüber liegt, wird auf sie gesenkt',
    },
  },

  // Notices that mail arrived (RFC 3461)
  'success-notices.to-others': {
    kind: choice(['nobody', 'proven', 'anybody']),
    fallback: 'proven',
    meaning: {
      en: 'who elsewhere is told, at his wish, that his mail arrived; proven: whose reverse-path SPF or DKIM proves; nobody: such wishes are not taken on port 25',
      de: 'wer anderswo auf Wunsch erfährt, dass seine Mail ankam; proven: wessen Umschlagabsender SPF oder DKIM belegt; nobody: Port 25 nimmt solche Wünsche nicht an',
    },
  },
  'success-notices.per-hour': {
    kind: count(0, 100_000),
    fallback: 60,
    meaning: {
      en: 'messages of one sender elsewhere in an hour of which he is told so',
      de: 'Nachrichten eines Absenders anderswo in einer Stunde, zu denen er das erfährt',
    },
  },

  // The content filter
  'spam.very-low': requiredScore(12, 'very-low'),
  'spam.low': requiredScore(9, 'low'),
  'spam.medium': requiredScore(6, 'medium'),
  'spam.high': requiredScore(4, 'high'),
  'spam.very-high': requiredScore(2.5, 'very-high'),
  dmarc: {
    kind: choice(['obey', 'score']),
    fallback: 'obey',
    meaning: {
      en: 'mail that fails DMARC: do as the domain of its author wishes, or let it count for the content filter only',
      de: 'Mail, die DMARC nicht besteht: tun, was die Domain des Verfassers wünscht, oder sie nur im Inhaltsfilter zählen lassen',
    },
  },
  'arc.trusted-sealers': {
    kind: domainsOrNone,
    fallback: '',
    meaning: {
      en: 'domains of forwarders and lists that are believed when their ARC seal says that a message passed DMARC before they changed it; none: nobody is',
      de: 'Domains von Weiterleitern und Listen, denen man glaubt, wenn ihr ARC-Siegel sagt, dass eine Nachricht DMARC bestand, bevor sie sie änderten; none: niemandem',
    },
  },
  'spam.mark': {
    kind: asciiText(40),
    fallback: '[SPAM]',
    meaning: { en: 'what stands before the subject of spam where spam-action=mark', de: 'was bei spam-action=mark vor dem Betreff von Spam steht' },
  },
  'spam.test-string': {
    kind: asciiTextOrNone(100),
    fallback: '',
    meaning: {
      en: 'a text of your own that makes a message spam, for trying the filter out, as GTUBE does; at least 10 characters',
      de: 'ein eigener Text, der eine Nachricht zu Spam macht, um den Filter zu erproben, so wie GTUBE es tut; mindestens 10 Zeichen',
    },
  },
  'outgoing.spam-limit': {
    kind: pointsOrOff,
    fallback: 12,
    meaning: {
      en: 'from how many points on a message of our own users is refused; off: what they send is not looked through for spam',
      de: 'ab wie vielen Punkten eine Nachricht der eigenen Benutzer abgewiesen wird; off: was sie senden, wird nicht nach Spam durchsucht',
    },
  },
  'spam.autolearn': {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'let the filter learn by itself from messages that leave no doubt',
      de: 'den Filter von selbst aus Nachrichten lernen lassen, die keinen Zweifel lassen',
    },
  },
  'spam.timeout': {
    kind: duration('1s', '2m'),
    fallback: 10_000,
    meaning: {
      en: 'how long sender authentication and content filter may take; then what is known by then counts',
      de: 'wie lange Absenderprüfung und Inhaltsfilter dauern dürfen; danach gilt, was bis dahin bekannt ist',
    },
  },

  'spam.own-tests': {
    kind: choice(['always', 'fallback']),
    fallback: 'always',
    meaning: {
      en: 'where rspamd or SpamAssassin is asked, too (posthorn.toml); always: its points are added to ours; fallback: ours count only while none of them answers',
      de: 'wo auch rspamd oder SpamAssassin gefragt wird (posthorn.toml); always: dessen Punkte kommen zu unseren; fallback: unsere zählen nur, solange keiner antwortet',
    },
  },
  'rspamd.weight': {
    kind: factor,
    fallback: 0.5,
    meaning: {
      en: 'what rspamd’s points are multiplied by; with spam.own-tests=fallback, 1 makes its limit for a header ours for spam-level=medium',
      de: 'womit die Punkte von rspamd malgenommen werden; bei spam.own-tests=fallback entspricht mit 1 seine Grenze für einen Vermerk unserer bei spam-level=medium',
    },
  },
  'spamassassin.weight': {
    kind: factor,
    fallback: 0.5,
    meaning: {
      en: 'what SpamAssassin’s points are multiplied by; with spam.own-tests=fallback, 1.2 makes its limit ours for spam-level=medium',
      de: 'womit die Punkte von SpamAssassin malgenommen werden; bei spam.own-tests=fallback entspricht mit 1.2 seine Grenze unserer bei spam-level=medium',
    },
  },

  // The virus check
  'virus.unavailable': {
    kind: choice(['defer', 'deliver']),
    fallback: 'defer',
    meaning: {
      en: 'what happens while clamd does not answer; defer: 451, the sender tries again; deliver: marked as not scanned',
      de: 'was geschieht, solange clamd nicht antwortet; defer: 451, der Absender versucht es wieder; deliver: zugestellt mit dem Vermerk, dass nicht geprüft wurde',
    },
  },
  'virus.timeout': {
    kind: duration('1s', '5m'),
    fallback: 20_000,
    meaning: { en: 'how long the virus check of a message may take', de: 'wie lange die Virenprüfung einer Nachricht dauern darf' },
  },
  'virus.encrypted': {
    kind: choice(unscannableActions),
    fallback: 'deliver',
    meaning: {
      en: 'encrypted archives (where clamd reports them: AlertEncryptedArchive); virus: as each address treats viruses',
      de: 'verschlüsselte Archive (wenn clamd sie meldet: AlertEncryptedArchive); virus: wie jede Adresse mit Viren verfährt',
    },
  },
  'virus.beyond-limits': {
    kind: choice(unscannableActions),
    fallback: 'refuse',
    meaning: {
      en: 'archives that unpack to more than clamd looks through, such as bombs (where clamd reports them: AlertExceedsMax)',
      de: 'Archive, die entpackt mehr sind, als clamd durchsieht, etwa Bomben (wenn clamd sie meldet: AlertExceedsMax)',
    },
  },
  'virus.too-large': {
    kind: choice(unscannableActions),
    fallback: 'deliver',
    meaning: {
      en: 'messages larger than clamd takes (StreamMaxLength)',
      de: 'Nachrichten, die größer sind, als clamd annimmt (StreamMaxLength)',
    },
  },

  // Signing
  'dkim.rotate-every': {
    kind: duration('0', '3650d'),
    fallback: 180 * 86_400_000,
    meaning: {
      en: 'how old the keys of a domain become before new ones are made, whose records are then to be published; the old ones sign until they are; 0: never',
      de: 'wie alt die Schlüssel einer Domain werden, bevor es neue gibt, deren Einträge dann zu veröffentlichen sind; so lange signieren die alten; 0: nie',
    },
  },

  // Well-known places
  'security.contact': {
    kind: contactOrNone,
    fallback: '',
    meaning: {
      en: 'whom to tell of a hole in security, for /.well-known/security.txt (RFC 9116); none: there is no such file',
      de: 'wem man eine Sicherheitslücke meldet, für /.well-known/security.txt (RFC 9116); none: die Datei gibt es nicht',
    },
  },

  // DNS
  'domain.self-service': {
    kind: choice(['never', 'proven', 'always']),
    fallback: 'proven',
    meaning: {
      en: 'may customers add domains by themselves; proven: once a record in its DNS shows that it is theirs; always: mail of all our customers to that domain stays here, whoever it belongs to',
      de: 'ob Kunden selbst Domains hinzufügen; proven: sobald ein Eintrag in ihrem DNS zeigt, dass sie ihnen gehört; always: Mail aller Kunden an die Domain bleibt hier, wem sie auch gehört',
    },
  },
  'dns.check-every': {
    kind: duration('0', '365d'),
    fallback: 86_400_000,
    meaning: {
      en: 'how often the DNS records of each domain are looked at, so that what is wrong is shown; 0: only when asked',
      de: 'wie oft die DNS-Einträge jeder Domain geprüft werden, damit zu sehen ist, was nicht stimmt; 0: nur auf Wunsch',
    },
  },
  'mta-sts.mode': {
    kind: choice(['off', 'testing', 'enforce']),
    fallback: 'testing',
    meaning: {
      en: 'the MTA-STS policy that is served for each domain at https://mta-sts.DOMAIN (RFC 8461); enforce: others deliver with a good certificate or not at all',
      de: 'die MTA-STS-Richtlinie, die für jede Domain unter https://mta-sts.DOMAIN liegt (RFC 8461); enforce: andere stellen nur mit gültigem Zertifikat zu',
    },
  },

  // The ways out
  'relay.check-every': {
    kind: duration('1s', '1d'),
    fallback: 15 * 60_000,
    meaning: {
      en: 'how often each of our addresses is asked for at each blocklist',
      de: 'wie oft jede unserer Adressen bei jeder Sperrliste nachgefragt wird',
    },
  },
  'relay.pause': {
    kind: duration('1s', '7d'),
    fallback: 6 * 3_600_000,
    meaning: {
      en: 'how long a relay stays out after its first listing has ended; twice as long for each more in 90 days, up to 7 days',
      de: 'wie lange ein Relay nach dem Ende seiner ersten Listung draußen bleibt; für jede weitere in 90 Tagen doppelt so lange, bis zu 7 Tagen',
    },
  },
  'relay.patience': {
    kind: duration('0', '4d'),
    fallback: 4 * 3_600_000,
    meaning: {
      en: 'how long mail waits for a relay that pauses or warms up, where no other may carry it; then it goes by the least bad one',
      de: 'wie lange Mail auf ein Relay wartet, das pausiert oder sich erst warmläuft, wenn kein anderes sie befördern darf; dann nimmt sie das am wenigsten schlechte',
    },
  },

  // Searching
  'search.index': {
    kind: choice(['used', 'all', 'off']),
    fallback: 'used',
    meaning: {
      en: 'note which messages may hold a text, so that a search reads only those; used: for mailboxes from their first such search on; off: every search reads all, and what was noted is deleted',
      de: 'vermerken, welche Nachrichten einen Text enthalten können, damit eine Suche nur diese liest; used: für Postfächer ab ihrer ersten solchen Suche; off: jede Suche liest alle, und das Vermerkte wird gelöscht',
    },
  },

  // The journal
  'audit.days': {
    kind: count(0, 36_500),
    fallback: 1095,
    meaning: { en: 'days for which it is kept who changed what; 0: for ever', de: 'wie viele Tage aufbewahrt wird, wer was geändert hat; 0: für immer' },
  },
  'journal.days': {
    kind: count(1, 3650),
    fallback: 30,
    meaning: { en: 'days that the journal goes back', de: 'wie viele Tage das Journal zurückreicht' },
  },
  'journal.max-size': {
    kind: size('10M', '10T'),
    fallback: 2 * 1024 ** 3,
    meaning: { en: 'largest size of the journal; the oldest entries go first', de: 'größter Umfang des Journals; das Älteste geht zuerst' },
  },
} as const satisfies Record<string, Setting<boolean> | Setting<string> | Setting<number>>

export type SettingKey = keyof typeof settingTable
/** The score from which on a message is spam, for each strength but `off`. */
export type SpamSettingKey = 'spam.very-low' | 'spam.low' | 'spam.medium' | 'spam.high' | 'spam.very-high'

/** All settings at one moment. Frozen; a change makes a new one. */
export type Settings = { readonly [Key in SettingKey]: (typeof settingTable)[Key] extends { readonly kind: SettingKind<infer Value> } ? Value : never }

export const settingKeys = Object.keys(settingTable) as readonly SettingKey[]

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(settingTable, key)
}

/** The row as what all rows are: for code that handles any of them. */
export function settingOf(key: SettingKey): Setting<unknown> {
  return settingTable[key]
}

/** `stored`: texts from the database. A key or value that this version does not know is passed over: a newer version may have set it. */
export function settingsFrom(stored: Readonly<Partial<Record<string, string>>>): Settings {
  const entries = settingKeys.map((key) => {
    const { kind, fallback } = settingOf(key)
    const text = stored[key]
    return [key, (text === undefined ? undefined : kind.parse(text)) ?? fallback]
  })
  return Object.freeze(Object.fromEntries(entries) as Settings)
}

/** Installation-wide defaults of the address keys among `stored`. */
export function addressDefaults(stored: Readonly<Partial<Record<string, string>>>): Readonly<Partial<Record<AddressSettingKey, string>>> {
  return Object.fromEntries(Object.entries(stored).filter(([key]) => Object.hasOwn(addressSettings, key)))
}
