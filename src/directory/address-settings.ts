import type { Language } from '../base/language.ts'
import { type AddressKind, type AddressSettings, listModes, postingModes, spamActions, spamLevels, submittedClasses, virusActions } from './recipient.ts'
import { choice, count, lineOrNone, onOff, type Setting } from './setting-kind.ts'

/** More than any mailbox can send: no limit, for those who want none. */
const mostSent = 10_000_000

function limit(fallback: number, en: string, de: string): Setting<number> {
  return { kind: count(0, mostSent), fallback, meaning: { en, de } }
}

/**
 * The settings that each address has (DESIGN "Names that scripts rely on"), by the name they have in the CLI. Here stands what
 * holds where nobody set anything; the operator's default has the same name among the settings (settings.ts).
 */
export const addressSettings = {
  'reverse-lookup': {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'refuse clients whose IP address has no host name that leads back to it',
      de: 'Rechner abweisen, deren IP-Adresse keinen Namen hat, der auf sie zurückführt',
    },
  },
  greylisting: {
    kind: onOff,
    fallback: true,
    meaning: {
      en: 'ask unknown senders to try again later; lists always do',
      de: 'unbekannte Absender um einen späteren zweiten Versuch bitten; bei Verteilern immer',
    },
  },
  'spam-level': {
    kind: choice(spamLevels),
    fallback: 'medium',
    meaning: {
      en: 'how strict the content filter is',
      de: 'wie streng der Inhaltsfilter ist',
    },
  },
  'spam-action': {
    kind: choice(spamActions),
    fallback: 'folder',
    meaning: {
      en: 'what happens to spam; mark: [SPAM] before the subject; folder: into the folder "spam" if it is there, else into the inbox',
      de: 'was mit Spam geschieht; mark: [SPAM] vor dem Betreff; folder: in den Ordner „spam“, wenn es ihn gibt, sonst in den Posteingang',
    },
  },
  'virus-action': {
    kind: choice(virusActions),
    fallback: 'refuse',
    meaning: {
      en: 'what happens to viruses; folder: into the folder "virus" if it is there, else refused; needs clamd (posthorn.toml, [clamav])',
      de: 'was mit Viren geschieht; folder: in den Ordner „virus“, wenn es ihn gibt, sonst abgewiesen; braucht clamd (posthorn.toml, [clamav])',
    },
  },
  'list-mode': {
    kind: choice(listModes),
    fallback: 'off',
    meaning: {
      en: 'off: no list; block: listed senders are refused; allow-only: only listed senders pass',
      de: 'off: keine Liste; block: gelistete Absender werden abgewiesen; allow-only: nur gelistete kommen durch',
    },
  },
  posting: {
    kind: choice(postingModes),
    fallback: 'anyone',
    meaning: {
      en: 'who may write to a distribution list: anyone, its members, or its domain, as far as the sender is proven; those whom list-mode=allow-only names',
      de: 'wer an einen Verteiler schreiben darf: alle, seine Mitglieder oder seine Domain, soweit der Absender belegt ist; einzelne nennt list-mode=allow-only',
    },
  },
  language: {
    kind: choice(['en', 'de'] as const satisfies readonly Language[]),
    fallback: 'en',
    meaning: {
      en: 'of mail that Posthorn itself writes to a mailbox: warnings when it gets full',
      de: 'von Mail, die Posthorn selbst an ein Postfach schreibt: Warnungen, wenn es voll wird',
    },
  },
  'messages-per-hour': limit(300, 'messages that a mailbox may send in an hour', 'Nachrichten, die ein Postfach in einer Stunde senden darf'),
  'messages-per-day': limit(1500, 'the same in a day', 'dasselbe an einem Tag'),
  'recipients-per-hour': limit(1000, 'recipients of what it sends in an hour', 'Empfänger dessen, was es in einer Stunde sendet'),
  'recipients-per-day': limit(5000, 'the same in a day', 'dasselbe an einem Tag'),
  'new-recipients-per-day': limit(
    500,
    'recipients in a day to whom it has never written before',
    'Empfänger an einem Tag, denen es vorher noch nie geschrieben hat',
  ),
  'answers-per-day': limit(200, 'automatic answers that a mailbox may give in a day', 'Abwesenheitsantworten, die ein Postfach an einem Tag geben darf'),
  'display-name': {
    kind: lineOrNone(100),
    fallback: '',
    meaning: {
      en: 'the name of its owner, beside the address in what Posthorn writes on a mailbox’s behalf: automatic answers',
      de: 'der Name des Inhabers, neben der Adresse in dem, was Posthorn für ein Postfach schreibt: Abwesenheitsantworten',
    },
  },
  'relay-class': {
    kind: choice(submittedClasses),
    fallback: 'paid',
    meaning: {
      en: 'by which relays its mail leaves: bad mail of one class must not cost the others their way',
      de: 'über welche Relays seine Mail hinausgeht: schlechte Mail der einen Klasse soll den anderen nicht den Weg nehmen',
    },
  },
} as const satisfies Record<string, Setting<boolean> | Setting<string> | Setting<number>>

export type AddressSettingKey = keyof typeof addressSettings

export const addressSettingKeys = Object.keys(addressSettings) as readonly AddressSettingKey[]

/** How much is sent, and by which way, is not for customers to say. */
export function isForOperators(key: string): boolean {
  return key === 'relay-class' || /-per-(?:hour|day)$/.test(key)
}

export function isAddressSettingKey(key: string): key is AddressSettingKey {
  return Object.hasOwn(addressSettings, key)
}

/** Where defaults come from, the weakest first; the address has the last word (SPEC "The people"). */
export const settingScopes = ['installation', 'plan', 'customer', 'domain', 'template', 'address'] as const
export type SettingScope = (typeof settingScopes)[number]

/** What one owner has set, as text; a missing key inherits. */
export type OwnSettings = Readonly<Partial<Record<AddressSettingKey, string>>>

/** Switches of an address, without its lists. */
export type AddressSwitches = Omit<AddressSettings, 'block' | 'allowOnly' | 'letThrough'>

/** One value with where it comes from. */
export interface EffectiveSetting {
  readonly value: string
  readonly from: SettingScope | 'locked'
  /** Name of the template that it comes from. */
  readonly template?: string
  /** Of a value of its own: what would hold without it. */
  readonly otherwise?: EffectiveSetting
}

/** What one owner has set, and who that is. */
export interface ScopeSettings {
  readonly scope: SettingScope
  readonly own: OwnSettings
  /** Name of a template. */
  readonly template?: string
}

/** For people: each key's value, and who set it. `scopes` holds the weakest first, and as the strongest whose settings they are. */
export function effectiveSettings(
  kind: AddressKind,
  scopes: readonly ScopeSettings[],
  whose: SettingScope = 'address',
): Readonly<Record<AddressSettingKey, EffectiveSetting>> {
  const entries = addressSettingKeys.map((key) => [key, effectiveSetting(kind, key, scopes, whose)])
  return Object.fromEntries(entries) as Record<AddressSettingKey, EffectiveSetting>
}

function effectiveSetting(kind: AddressKind, key: AddressSettingKey, scopes: readonly ScopeSettings[], whose: SettingScope): EffectiveSetting {
  if (isLocked(kind, key)) return { value: 'on', from: 'locked' }
  const last = scopes.findLast(({ own }) => own[key] !== undefined)
  const found = { value: last?.own[key] ?? fallbackText(key), from: last?.scope ?? 'installation' }
  if (last?.scope === 'template') return { ...found, template: last.template ?? '' }
  if (last?.scope !== whose) return found
  const weaker = scopes.filter(({ scope }) => scope !== whose)
  return { ...found, otherwise: effectiveSetting(kind, key, weaker, whose) }
}

/** For the check: later scopes win. A stored value that this version does not know counts as not set. */
export function mergeSettings(kind: AddressKind, scopes: readonly OwnSettings[]): AddressSwitches {
  const value = <Value>(key: AddressSettingKey, setting: { readonly kind: { parse(text: string): Value | undefined }; readonly fallback: Value }): Value => {
    for (let index = scopes.length - 1; index >= 0; index -= 1) {
      const own = scopes[index]?.[key]
      const parsed = own === undefined ? undefined : setting.kind.parse(own)
      if (parsed !== undefined) return parsed
    }
    return setting.fallback
  }
  return {
    reverseLookup: value('reverse-lookup', addressSettings['reverse-lookup']),
    greylisting: isLocked(kind, 'greylisting') || value('greylisting', addressSettings.greylisting),
    spamLevel: value('spam-level', addressSettings['spam-level']),
    spamAction: value('spam-action', addressSettings['spam-action']),
    virusAction: value('virus-action', addressSettings['virus-action']),
    listMode: value('list-mode', addressSettings['list-mode']),
    posting: kind === 'list' ? value('posting', addressSettings.posting) : 'anyone',
    language: value('language', addressSettings.language),
    sending: {
      messagesPerHour: value('messages-per-hour', addressSettings['messages-per-hour']),
      messagesPerDay: value('messages-per-day', addressSettings['messages-per-day']),
      recipientsPerHour: value('recipients-per-hour', addressSettings['recipients-per-hour']),
      recipientsPerDay: value('recipients-per-day', addressSettings['recipients-per-day']),
      newRecipientsPerDay: value('new-recipients-per-day', addressSettings['new-recipients-per-day']),
    },
    answersPerDay: value('answers-per-day', addressSettings['answers-per-day']),
    displayName: value('display-name', addressSettings['display-name']),
    relayClass: value('relay-class', addressSettings['relay-class']),
  }
}

/** Kinds of addresses to which a setting means something. */
export function kindsWith(key: AddressSettingKey): readonly AddressKind[] {
  if (key === 'posting') return ['list']
  return key === 'language' || key === 'display-name' || isForOperators(key) ? ['mailbox'] : ['mailbox', 'forward', 'list', 'alias']
}

/** SPEC A2: greylisting of a distribution list cannot be switched off, since one message there costs many mailboxes. */
export function isLocked(kind: AddressKind, key: AddressSettingKey): boolean {
  return kind === 'list' && key === 'greylisting'
}

/** What holds where nobody set anything, as text. */
export function fallbackText(key: AddressSettingKey): string {
  const { kind, fallback } = addressSettings[key]
  return (kind as { format(value: unknown): string }).format(fallback)
}
