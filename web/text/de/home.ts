import type { Like } from '../catalogue.ts'
import type { home as english } from '../en/home.ts'
import { write } from '../write.ts'

const { count } = write.de

export const home: Like<typeof english> = {
  title: 'Übersicht',
  attention: 'Was Ihre Aufmerksamkeit braucht',
  allWell: 'Nichts: alles in Ordnung.',
  domains: 'Domains',
  domainCount: (n) => count(n, 'Domain', 'Domains'),
  addressCount: (n) => count(n, 'Adresse', 'Adressen'),
  mailbox: 'Ihr Postfach',
}
