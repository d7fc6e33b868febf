import type { Like } from '../catalogue.ts'
import type { domains as english } from '../en/domains.ts'

export const domains: Like<typeof english> = {
  title: 'Domains',
  lead: 'Die Domains, deren Mail hier ankommt, und ihre Adressen.',
  add: 'Domain hinzufügen',
  addTitle: 'Domain hinzufügen',
  added: (domain) => `${domain} ist hinzugefügt.`,
  domainNote: 'Der Teil hinter dem @: beispiel.de',
  chooseCustomer: 'Wem gehört sie?',
  domain: 'Domain',
  customer: 'Kunde',
  addresses: 'Adressen',
  search: 'Domains durchsuchen',
  none: 'Noch keine Domains',
  noneHint: 'Fügen Sie eine hinzu, dann kommt Mail an ihre Adressen hier an.',
}
