import type { Like } from '../catalogue.ts'
import type { frame as english } from '../en/frame.ts'

export const frame: Like<typeof english> = {
  skip: 'Zum Inhalt springen',
  menu: 'Menü',
  mainNavigation: 'Hauptnavigation',
  crumbs: 'Wo Sie sind',
  account: 'Ihr Konto',
  language: 'Language: English',
  schemeLight: 'Hell',
  schemeDark: 'Dunkel',
  schemeSystem: 'Wie das System',
  signOut: 'Abmelden',
  kinds: {
    operator: 'Betreiber',
    person: 'Kunde',
    mailbox: 'Postfach',
  },
  roles: {
    owner: 'Inhaber',
    manager: 'Verwaltung',
    helpdesk: 'Helpdesk',
    'read-only': 'Nur lesen',
  },
  groups: {
    operation: 'Betrieb',
  },
  navigation: {
    home: 'Übersicht',
    journal: 'Journal',
    statistics: 'Statistik',
    domains: 'Domains',
    dns: 'DNS',
    templates: 'Vorlagen',
    assistant: 'Assistent',
    locks: 'Sperren',
    changes: 'Änderungen',
    customers: 'Kunden',
    people: 'Personen',
    plans: 'Pläne',
    queue: 'Warteschlange',
    relays: 'Relays',
    letters: 'Rundschreiben',
    settings: 'Einstellungen',
    security: 'Sicherheit',
  },
  nothingHere: {
    title: 'Hier ist nichts',
    body: 'Vielleicht wurde es entfernt oder umbenannt, oder es gehört nicht zu dem, was Sie sehen dürfen.',
    home: 'Zur Übersicht',
  },
  broken: {
    title: 'Diese Seite funktioniert nicht',
    body: 'Der Fehler liegt bei uns, nicht bei Ihnen. Er hat nichts verändert.',
    again: 'Seite neu laden',
    details: 'Einzelheiten',
  },
}
