import {
  addressOrNone,
  choice,
  contactOrNone,
  count,
  duration,
  hostOrNone,
  lineOrNone,
  networks,
  onOff,
  refusingListsOrNone,
  type Setting,
  size,
} from '../setting-kind.ts'

/** Settings of signing in, addresses, and what people and their programs are told (settings.ts). */
export const accessSettings = {
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
  'password.min-score': {
    kind: count(0, 4),
    fallback: 2,
    meaning: {
      en: 'how hard to guess a new password must be; 1: not within a thousand tries, 2: a million, 3: a hundred million, 4: ten thousand million; 0: strength is not judged',
      de: 'wie schwer ein neues Passwort zu erraten sein muss; 1: nicht in tausend Versuchen, 2: einer Million, 3: hundert Millionen, 4: zehn Milliarden; 0: wird nicht beurteilt',
    },
  },
  'password.scram': {
    kind: onOff,
    fallback: false,
    meaning: {
      en: 'offer sign-in by SCRAM-SHA-256 (RFC 7677), and keep keys for it when a password is set',
      de: 'Anmeldung mit SCRAM-SHA-256 (RFC 7677) anbieten und beim Setzen eines Passworts die Schlüssel dafür ablegen',
    },
  },
  'password.leaked': {
    kind: lineOrNone(1000),
    fallback: '',
    meaning: {
      en: 'data of leaked passwords in the form of Pwned Passwords, whose passwords are refused: a folder with a file for each prefix, or one file of hashes in order; none: nothing is compared',
      de: 'Daten bekannt gewordener Passwörter in der Form von Pwned Passwords, deren Passwörter abgelehnt werden: ein Ordner mit einer Datei je Anfang oder eine geordnete Datei; none: es wird nicht verglichen',
    },
  },
  'second-factor.required': {
    kind: choice(['nobody', 'operators', 'people', 'everybody']),
    fallback: 'nobody',
    meaning: {
      en: 'who must have a second factor at the web pages; people: operators and whoever works for a customer; everybody: mailbox users as well',
      de: 'wer auf den Webseiten einen zweiten Faktor braucht; people: Betreiber und wer für einen Kunden arbeitet; everybody: auch Postfach-Benutzer',
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
  'session.new-place-notice': {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'tell people by mail when somebody signs in to the web pages on their behalf from a browser or network that is new',
      de: 'per Mail mitteilen, wenn sich jemand auf den Webseiten von einem neuen Browser oder Netz aus im eigenen Namen anmeldet',
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
  'oauth.provider': {
    kind: choice(['auto', 'on', 'off']),
    fallback: 'auto',
    meaning: {
      en: 'give mail programs tokens in place of passwords, after people have agreed on the web pages; auto: where port https is open and the host name is a public one',
      de: 'Mailprogrammen Token statt Passwörtern geben, wenn man auf den Webseiten zugestimmt hat; auto: wo der Port https offen und der Name des Servers ein öffentlicher ist',
    },
  },
  'oauth.registration': {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'mail programs make themselves known to the provider of tokens (RFC 7591); off: only those that the operator adds',
      de: 'Mailprogramme melden sich beim Token-Anbieter selbst an (RFC 7591); off: nur, wen der Betreiber einträgt',
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

  // The API
  'api.requests-per-minute': {
    kind: count(0, 1_000_000),
    fallback: 1_200,
    meaning: {
      en: 'requests to the API of one session or token in a minute; the next ones are told when to come again (429); 0: without a limit',
      de: 'Anfragen einer Sitzung oder eines Tokens an die API in einer Minute; weiteren wird gesagt, wann sie wiederkommen sollen (429); 0: ohne Grenze',
    },
  },
  'api.requests-per-minute-address': {
    kind: count(0, 1_000_000),
    fallback: 6_000,
    meaning: {
      en: 'the same of one address (IPv6: of a /64), whoever asks: a whole office may stand behind it',
      de: 'dasselbe von einer Adresse aus (IPv6: einem /64), wer immer fragt: dahinter kann ein ganzes Büro stehen',
    },
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

  // What customers name and this server asks
  'outside.allow-networks': {
    kind: networks,
    fallback: '',
    meaning: {
      en: 'networks that this server asks on behalf of customers (webhooks, sign-in providers, MTA-STS policies) although they are not public; none: only what everybody can reach',
      de: 'Netze, die dieser Server im Auftrag von Kunden fragt (Webhooks, Anmeldedienste, MTA-STS-Richtlinien), obwohl sie nicht öffentlich sind; none: nur was alle erreichen',
    },
  },
  'outside.authorities': {
    kind: lineOrNone(1000),
    fallback: '',
    meaning: {
      en: 'a file of certificates (PEM) of authorities of your own that are trusted there beside the Web’s; none: the Web’s alone',
      de: 'eine Datei mit Zertifikaten (PEM) eigener Zertifizierungsstellen, denen dort neben denen des Webs vertraut wird; none: nur denen des Webs',
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

  // Well-known places
  'security.contact': {
    kind: contactOrNone,
    fallback: '',
    meaning: {
      en: 'whom to tell of a hole in security, for /.well-known/security.txt (RFC 9116); none: there is no such file',
      de: 'wem man eine Sicherheitslücke meldet, für /.well-known/security.txt (RFC 9116); none: die Datei gibt es nicht',
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
