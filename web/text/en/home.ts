import { write } from '../write.ts'

const { count } = write.en

export const home = {
  title: 'Overview',
  attention: 'What needs your attention',
  allWell: 'Nothing: all is well.',
  domains: 'Domains',
  domainCount: (n: number) => count(n, 'domain', 'domains'),
  addressCount: (n: number) => count(n, 'address', 'addresses'),
  mailbox: 'Your mailbox',
}
