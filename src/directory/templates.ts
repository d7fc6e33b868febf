import { addressSettingKeys, isForOperators } from './address-settings.ts'

/**
 * Templates: named sets of values that a customer, or the operator for everybody, keeps and gives to addresses and domains. Whoever
 * has one has its values of this moment: nothing is copied. An address has at most one of each kind.
 */
export const templateKinds = ['protection'] as const
export type TemplateKind = (typeof templateKinds)[number]

/** What a template of protection can hold: what a customer may set for its own addresses, and is no single person's. */
export const protectionKeys = addressSettingKeys.filter((key) => key !== 'display-name' && !isForOperators(key))

/** The key under which an address or a domain has its template's id among its own settings. */
export function templateKey(kind: TemplateKind): string {
  return `template.${kind}`
}

/** In place of a customer's id: the operator's, for everybody. */
export const everybodys = 0
