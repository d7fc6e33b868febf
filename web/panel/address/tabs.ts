import type { OperationOutput } from '../../data/call.ts'

type Kind = OperationOutput<'address.show'>['kind']

const everyKind: readonly Kind[] = ['mailbox', 'forward', 'list', 'alias']
const mailboxes: readonly Kind[] = ['mailbox']

/** The pages of an address, as they stand side by side; `label`: of the catalogue of addresses; `of`: which kinds of addresses have it. */
export const tabs = [
  { label: 'overview', to: '/addresses/$address', of: everyKind },
  { label: 'journal', to: '/addresses/$address/journal', of: everyKind },
  { label: 'protection', to: '/addresses/$address/protection', of: everyKind },
  { label: 'forwarding', to: '/addresses/$address/forwarding', of: everyKind },
  { label: 'absence', to: '/addresses/$address/absence', of: mailboxes },
  { label: 'appPasswords', to: '/addresses/$address/app-passwords', of: mailboxes },
  { label: 'programs', to: '/addresses/$address/programs', of: mailboxes },
] as const
