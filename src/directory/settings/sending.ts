import { choice, count, duration, onOff, type Setting } from '../setting-kind.ts'

/** Settings of what leaves: sending, reports and notices, signing, relays (settings.ts). */
export const sendingSettings = {
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

  // Signing
  'dkim.rotate-every': {
    kind: duration('0', '3650d'),
    fallback: 180 * 86_400_000,
    meaning: {
      en: 'how old the keys of a domain become before new ones are made, whose records are then to be published; the old ones sign until they are; 0: never',
      de: 'wie alt die Schlüssel einer Domain werden, bevor es neue gibt, deren Einträge dann zu veröffentlichen sind; so lange signieren die alten; 0: nie',
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
} as const satisfies Record<string, Setting<boolean> | Setting<string> | Setting<number>>
