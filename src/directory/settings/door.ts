import { count, duration, onOff, type Setting } from '../setting-kind.ts'

/** Settings of the door (settings.ts). */
export const doorSettings = {
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
} as const satisfies Record<string, Setting<boolean> | Setting<string> | Setting<number>>
