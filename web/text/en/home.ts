import { write } from '../write.ts'

const { count } = write.en

export const home = {
  title: 'Overview',
  attention: 'What needs your attention',
  allWell: 'Nothing: all is well.',
  looking: 'Looking…',
  full: (address: string) => `${address} is full: mail to it is put off and then sent back.`,
  nearlyFull: (address: string, percent: string) => `${address} is ${percent} full.`,
  moreFull: (n: number) => `${count(n, 'more mailbox is', 'more mailboxes are')} nearly full.`,
  locked: (n: number) => `${count(n, 'mailbox is', 'mailboxes are')} locked or may not send.`,
  dns: (domain: string, severe: boolean) =>
    severe
      ? `${domain}: its DNS records are wrong, so that mail may not arrive or be refused by others.`
      : `${domain}: some of its DNS records should be changed.`,
  listed: (relay: string, list: string) => `${relay} is listed at ${list}.`,
  domains: 'Domains',
  addresses: 'Addresses',
  customers: 'Customers',
  mailboxes: 'Mailboxes',
  waiting: 'Waiting in the queue',
  delivered: 'Delivered in 24 hours',
  asked: 'Asked to come again in 24 hours',
  refused: 'Refused in 24 hours',
  recent: 'What was not let in lately',
  recentNote: 'Is something missing? One click shows why, and what you can do.',
  recentAll: 'All that was refused',
  yours: 'Your mailbox',
  quick: 'What people come for',
  journal: 'Why did a mail not come?',
  journalNote: 'What arrived, what was refused, and why.',
  absence: 'Answer while I am away',
  absenceNote: 'Whoever writes gets your answer.',
  programs: 'Set up a mail program',
  programsNote: 'Servers, ports, and a QR code for the phone.',
  forwarding: 'Forward my mail',
  forwardingNote: 'To another address, with a copy here or without.',
  appPasswords: 'App passwords',
  appPasswordsNote: 'One for each phone and program.',
  used: 'Used',
  usedOf: (used: string, quota: string) => `${used} of ${quota}`,
  unlimited: (used: string) => `${used}, without a limit`,
  lockedMailbox: (reason: string) => `Your mailbox is locked: ${reason}`,
  sendingLocked: (reason: string) => `Your mailbox may not send: ${reason}`,
  nearlyFullOwn: 'Your mailbox is nearly full. When it is full, new mail does not arrive.',
}
