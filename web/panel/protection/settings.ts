import type { Choice } from '../../ui/select.tsx'
import type { ProtectionText } from './text.ts'

/** Settings that a template can hold and the assistant gives, as they stand on screens. */
export const settingKeys = ['reverse-lookup', 'greylisting', 'spam-level', 'spam-action', 'virus-action', 'posting', 'language'] as const
export type SettingKey = (typeof settingKeys)[number]

/** How much a mailbox may send, and by which way: for operators to say. */
export const sendingKeys = [
  'messages-per-hour',
  'messages-per-day',
  'recipients-per-hour',
  'recipients-per-day',
  'new-recipients-per-day',
  'answers-per-day',
  'relay-class',
] as const
export type SendingKey = (typeof sendingKeys)[number]

/** Settings of addresses stand on pages of their own, wherever they are inherited from. */
export function isInherited(key: string): key is SettingKey | SendingKey {
  return [...settingKeys, ...sendingKeys].some((one) => one === key)
}

type ChosenKey = SettingKey | 'relay-class'

/** Its value is one of a few, not a number. */
export function isChosen(key: SettingKey | SendingKey): key is ChosenKey {
  return !key.endsWith('-per-hour') && !key.endsWith('-per-day')
}

/** In the words of the person, from the weakest on. `scores`: from how many points on a message is spam. */
export function choicesOf(key: ChosenKey, text: ProtectionText, scores: Readonly<Record<string, number>> = {}): readonly Choice<string>[] {
  switch (key) {
    case 'reverse-lookup':
    case 'greylisting':
      return [
        { value: 'on', label: text.on },
        { value: 'off', label: text.off },
      ]
    case 'spam-level':
      return labelled(text.levels).map(({ value, label }) => {
        const score = scores[value]
        const note = text.levelNotes[value as keyof ProtectionText['levelNotes']]
        return { value, label, note: score === undefined ? note : `${note} ${text.points(score)}` }
      })
    case 'spam-action':
      return labelled(text.spamActions)
    case 'virus-action':
      return labelled(text.virusActions)
    case 'posting':
      return labelled(text.postingModes)
    case 'language':
      return labelled(text.languages)
    case 'relay-class':
      return labelled(text.relayClasses)
  }
}

/** Any setting and any value, in words where there are some. */
export function settingWords(key: string, text: ProtectionText): string {
  return text.settings[key as keyof ProtectionText['settings']] ?? key
}

export function valueWords(key: string, value: string, text: ProtectionText): string {
  if (key === 'storage') return value === 'none' ? text.unlimited : value.replace(/(?<=\d)(?=[KMGT]$)/, ' ').replace(/[KMGT]$/, '$&B')
  if (isInherited(key) && isChosen(key)) return choicesOf(key, text).find((choice) => choice.value === value)?.label ?? value
  return key === 'list-mode' ? (text.modes[value as keyof ProtectionText['modes']] ?? value) : value
}

function labelled(words: Readonly<Record<string, string>>): Choice<string>[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }))
}
