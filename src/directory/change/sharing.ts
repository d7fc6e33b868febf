import { type Address, formatAddress } from '../../mail/address.ts'
import { directoryChange, type Step } from './change.ts'

interface SharedFolder {
  readonly address: Address
  readonly folder: string
  readonly with: Address
  /** RFC 4314; '': none any more. */
  readonly rights: string
}

/** Rights to a folder are kept with the mail, by the store; who gave them on a customer's behalf is noted where all such changes are. */
export const noteSharing = directoryChange('mailbox.share', async ({ args }: Step<SharedFolder>) => {
  const { folder, rights } = args
  return { done: undefined, audit: { subject: formatAddress(args.address), detail: { folder, with: formatAddress(args.with), rights } } }
})
