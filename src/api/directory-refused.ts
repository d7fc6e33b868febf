import type { Text } from '../base/language.ts'
import type { PlanFeature } from '../directory/plan-features.ts'
import type { DirectoryRefusal, Limited, Thing } from '../directory/refusal.ts'
import { type RefusalCode, Refused } from './refused.ts'

/** With article where a sentence needs one. */
const things: Readonly<Record<Thing, Text>> = {
  customer: { en: 'customer', de: 'der Kunde' },
  domain: { en: 'domain', de: 'die Domain' },
  plan: { en: 'plan', de: 'der Tarif' },
  operator: { en: 'operator', de: 'der Betreiber' },
  address: { en: 'address', de: 'die Adresse' },
  mailbox: { en: 'mailbox', de: 'das Postfach' },
  forward: { en: 'forward', de: 'die Weiterleitung' },
  list: { en: 'list', de: 'der Verteiler' },
  alias: { en: 'alias', de: 'der Alias' },
  'app-password': { en: 'app password', de: 'das App-Passwort' },
  person: { en: 'person', de: 'die Person' },
  'second-factor': { en: 'second factor', de: 'der zweite Faktor' },
  'identity-provider': { en: 'sign-in provider of', de: 'der Anmeldedienst von' },
  'identity-link': { en: 'link of', de: 'die Verknüpfung von' },
  token: { en: 'token', de: 'das Token' },
  grant: { en: 'program', de: 'das Programm' },
  'oauth-client': { en: 'program', de: 'das Programm' },
  relay: { en: 'relay', de: 'das Relay' },
  case: { en: 'case', de: 'der Fall' },
  letter: { en: 'letter on its way', de: 'ein Rundschreiben unterwegs' },
  template: { en: 'template', de: 'die Vorlage' },
  edit: { en: 'edit', de: 'die Änderung' },
  webhook: { en: 'webhook', de: 'der Webhook' },
  event: { en: 'event for this customer', de: 'für diesen Kunden ein Ereignis' },
}

const limits: Readonly<Record<Limited, Text>> = {
  mailboxes: { en: 'mailboxes', de: 'Postfächer' },
  addresses: { en: 'addresses', de: 'Adressen' },
  domains: { en: 'domains', de: 'Domains' },
  targets: { en: 'targets', de: 'Ziele' },
  'list-entries': { en: 'entries', de: 'Einträge' },
  'app-passwords': { en: 'app passwords', de: 'App-Passwörter' },
  'second-factors': { en: 'second factors', de: 'zweite Faktoren' },
  tokens: { en: 'tokens', de: 'Token' },
  persons: { en: 'people', de: 'Personen' },
  templates: { en: 'templates', de: 'Vorlagen' },
  webhooks: { en: 'webhooks', de: 'Webhooks' },
}

const features: Readonly<Record<PlanFeature, Text>> = {
  'forwarding-elsewhere': { en: 'forwarding to other servers', de: 'Weiterleiten an andere Server' },
  lists: { en: 'distribution lists', de: 'Verteiler' },
  autoresponder: { en: 'autoresponders', de: 'Autoresponder' },
  'catch-all': { en: 'a catch-all', de: 'eine Adresse für alle übrigen (Catch-all)' },
  'app-passwords': { en: 'app passwords', de: 'App-Passwörter' },
  api: { en: 'the API', de: 'die API' },
}

const codes: Readonly<Record<DirectoryRefusal['code'], RefusalCode>> = {
  exists: 'exists',
  unknown: 'unknown',
  'other-kind': 'conflict',
  which: 'input',
  'target-elsewhere': 'conflict',
  'target-loop': 'conflict',
  'in-use': 'conflict',
  'one-target': 'input',
  'too-many': 'limit',
  'reseller-full': 'limit',
  'last-target': 'conflict',
  'last-owner': 'conflict',
  'last-operator': 'conflict',
  'reseller-depth': 'conflict',
  'no-reseller': 'conflict',
  'allow-only-empty': 'conflict',
  'allow-only-default': 'conflict',
  'locked-on': 'conflict',
  'not-in-plan': 'limit',
  'edit-undone': 'conflict',
  'edit-overtaken': 'conflict',
  'edit-left': 'conflict',
}

/** What the directory said, in words. `field`: the input's, unless the refusal names one itself. */
export function directoryRefused(refusal: DirectoryRefusal, field?: string): Refused {
  return new Refused(codes[refusal.code], refusal.code === 'allow-only-default' ? 'values.list-mode' : field, words(refusal))
}

function words(refusal: DirectoryRefusal): Text {
  switch (refusal.code) {
    case 'exists':
      return {
        en: `there is already ${article(things[refusal.thing].en)} ${refusal.name}`,
        de: `${upper(things[refusal.thing].de)} ${refusal.name} ist schon da`,
      }
    case 'unknown':
      return unknown(refusal)
    case 'other-kind':
      return {
        en: `${refusal.name} is a ${refusal.is}, not a ${refusal.wanted}`,
        de: `${refusal.name}: das ist ${things[refusal.is].de}, nicht ${things[refusal.wanted].de}`,
      }
    case 'which':
      return {
        en: `there are several; say which ${things[refusal.thing].en}: ${refusal.names.join(', ')}`,
        de: `es gibt mehrere; bitte einen nennen: ${refusal.names.join(', ')}`,
      }
    case 'target-elsewhere':
      return {
        en: `${refusal.name} is not at a domain of this installation, and an alias is another name of an address that is here; right would be a forward`,
        de: `${refusal.name} liegt in keiner Domain dieser Installation, und ein Alias ist ein weiterer Name einer Adresse von hier; richtig wäre eine Weiterleitung`,
      }
    case 'target-loop':
      return {
        en: `${refusal.target} leads back to ${refusal.name}; mail would go round`,
        de: `${refusal.target} führt zu ${refusal.name} zurück; Mail liefe im Kreis`,
      }
    case 'in-use':
      return inUse(refusal)
    case 'one-target':
      return {
        en: `a ${refusal.thing} has exactly one target; for several make a distribution list`,
        de: `${upper(things[refusal.thing].de)} hat genau ein Ziel; für mehrere gibt es Verteiler`,
      }
    case 'reseller-full':
      return {
        en: `the plan of the reseller has no room for more ${limits[refusal.of].en}`,
        de: `im Tarif des Wiederverkäufers ist kein Platz für weitere ${limits[refusal.of].de}`,
      }
    case 'too-many':
      return {
        en: `no more than ${refusal.limit} ${limits[refusal.of].en}${refusal.plan === undefined ? '' : ` in plan ${refusal.plan}`}`,
        de: `höchstens ${refusal.limit} ${limits[refusal.of].de}${refusal.plan === undefined ? '' : ` im Tarif ${refusal.plan}`}`,
      }
    case 'last-target':
      return {
        en: `${refusal.name} would have no target left; add another one first, or remove the address`,
        de: `${refusal.name} hätte kein Ziel mehr; erst ein anderes hinzufügen oder die Adresse löschen`,
      }
    case 'last-owner':
      return {
        en: `${refusal.name} is the last owner; name another one first, as only owners say who else works here`,
        de: `${refusal.name} ist der letzte Inhaber; erst einen anderen benennen, denn nur Inhaber bestimmen, wer hier mitarbeitet`,
      }
    case 'last-operator':
      return { en: `${refusal.name} is the last operator; add another one first`, de: `${refusal.name} ist der letzte Betreiber; erst einen anderen anlegen` }
    case 'reseller-depth':
      return {
        en: `${refusal.name} is a customer of a reseller or has customers of its own; resellers cannot stand below each other`,
        de: `${refusal.name} ist Kunde eines Wiederverkäufers oder hat selbst Kunden; Wiederverkäufer können nicht untereinander stehen`,
      }
    case 'no-reseller':
      return {
        en: `${refusal.name} is no reseller; an operator can make it one`,
        de: `${refusal.name} ist kein Wiederverkäufer; ein Betreiber kann ihn dazu machen`,
      }
    case 'allow-only-empty':
      return {
        en: `while nobody stands on the list of allowed senders (allow-only), ${refusal.name} would get no mail at all; put somebody on it first`,
        de: `solange niemand auf der Liste der erlaubten Absender steht (allow-only), bekäme ${refusal.name} gar keine Mail; erst jemanden eintragen`,
      }
    case 'allow-only-default':
      return {
        en: 'allow-only cannot be the default: addresses whose list is empty would get no mail at all; set it for single addresses',
        de: 'allow-only kann nicht die Vorgabe sein: Adressen mit leerer Liste bekämen gar keine Mail; bitte bei einzelnen Adressen setzen',
      }
    case 'locked-on':
      return {
        en: `${refusal.key} cannot be switched off for the distribution list ${refusal.name}: one message to it costs many mailboxes, so unknown senders always have to try twice`,
        de: `${refusal.key} lässt sich für den Verteiler ${refusal.name} nicht abschalten: eine Mail an ihn trifft viele Postfächer, darum müssen Unbekannte es immer zweimal versuchen`,
      }
    case 'not-in-plan':
      return {
        en: `plan ${refusal.plan} does not include ${features[refusal.feature].en}`,
        de: `im Tarif ${refusal.plan} ist nicht enthalten: ${features[refusal.feature].de}`,
      }
    case 'edit-undone':
      return {
        en: `edit ${refusal.edit} was undone by edit ${refusal.by}`,
        de: `Änderung ${refusal.edit} ist schon zurückgenommen, durch Änderung ${refusal.by}`,
      }
    case 'edit-overtaken':
      return overtaken(refusal)
    case 'edit-left':
      return {
        en: `edit ${refusal.edit} cannot be undone: some of what it set belongs to a customer who is no longer yours`,
        de: `Änderung ${refusal.edit} lässt sich nicht zurücknehmen: ein Teil davon gehört einem Kunden, der nicht mehr Ihrer ist`,
      }
  }
}

function unknown({ thing, name, near }: DirectoryRefusal & { code: 'unknown' }): Text {
  const { en, de } = things[thing]
  const hint = { en: near === undefined ? '' : `; did you mean ${near}?`, de: near === undefined ? '' : `; gemeint ${near}?` }
  return { en: `there is no ${en} ${name}${hint.en}`, de: `${upper(de)} ${name} ist nicht da${hint.de}` }
}

function overtaken({ edit, by, where }: DirectoryRefusal & { code: 'edit-overtaken' }): Text {
  if (by === undefined)
    return {
      en: `edit ${edit} cannot be undone: ${where} was changed since`,
      de: `Änderung ${edit} lässt sich nicht zurücknehmen: ${where} hat sich seither geändert`,
    }
  return {
    en: `edit ${edit} cannot be undone: edit ${by} has set ${where} since; undo that one first, or set the value by hand`,
    de: `Änderung ${edit} lässt sich nicht zurücknehmen: Änderung ${by} hat ${where} seither gesetzt; erst diese zurücknehmen oder den Wert von Hand setzen`,
  }
}

function inUse({ thing, name, by }: DirectoryRefusal & { code: 'in-use' }): Text {
  const list = by.join(', ')
  if (thing === 'customer') return { en: `${name} still has ${list}; remove that first`, de: `${name} hat noch ${list}; erst dies löschen` }
  if (thing === 'template')
    return { en: `${list} has the template ${name}; take it away there first`, de: `${list} hat die Vorlage ${name}; erst dort wegnehmen` }
  if (thing === 'domain') return { en: `${name} still has addresses: ${list}; remove them first`, de: `${name} hat noch Adressen: ${list}; erst diese löschen` }
  return { en: `${list} would lose its target; change or remove that first`, de: `${list} verlöre sein Ziel; erst dies ändern oder löschen` }
}

function article(thing: string): string {
  return `${/^[aeiou]/.test(thing) ? 'an' : 'a'} ${thing}`
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
