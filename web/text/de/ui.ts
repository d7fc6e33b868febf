import type { Like } from '../catalogue.ts'
import type { ui as english } from '../en/ui.ts'
import { write } from '../write.ts'

const { count, number } = write.de

export const ui: Like<typeof english> = {
  amountOf: (label) => `${label}: Zahl`,
  unitOf: (label) => `${label}: Einheit`,
  ownLimit: 'Eine eigene Grenze',
  makePassword: {
    title: 'Ein neues Passwort',
    endsOld: (name) => `Das alte von ${name} gilt sofort nicht mehr; alle Anmeldungen enden.`,
    act: 'Neues Passwort erstellen',
    once: 'Das ist das neue Passwort. Es wird nur jetzt gezeigt.',
    what: 'Passwort',
    done: 'Fertig',
  },
  actions: 'Aktionen',
  cancel: 'Abbrechen',
  choose: (name) => `${name} auswählen`,
  chooseAll: 'Alle auswählen',
  clear: 'Leeren',
  close: 'Schließen',
  copied: 'Kopiert',
  copy: 'Kopieren',
  hidePassword: 'Passwort verbergen',
  loading: 'Wird geladen',
  numbers: 'Die Zahlen',
  nothingFound: 'Zu dieser Suche passt nichts.',
  optional: 'freiwillig',
  retry: 'Noch einmal versuchen',
  showPassword: 'Passwort zeigen',
  undo: 'Rückgängig',
  notUndone: 'Das ließ sich nicht rückgängig machen.',
  youAreHere: 'Sie sind hier',
  rows: (found, all) => (found === all ? count(all, 'Eintrag', 'Einträge') : `${number(found)} von ${count(all, 'Eintrag', 'Einträgen')}`),
}
