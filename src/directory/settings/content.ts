import { asciiText, asciiTextOrNone, choice, domainsOrNone, duration, factor, onOff, points, pointsOrOff, type Setting } from '../setting-kind.ts'

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

/** Settings of the content filter and the virus check (settings.ts). */
export const contentSettings = {
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
} as const satisfies Record<string, Setting<boolean> | Setting<string> | Setting<number>>
