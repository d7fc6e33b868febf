import type { Config } from '../config/config.ts'
import type { Directory } from '../directory/directory.ts'
import { unsubscribePath } from '../http/unsubscribe.ts'
import { type Address, formatAddress } from '../mail/address.ts'
import type { Listening } from './mail-setup.ts'

interface Place {
  readonly config: Config
  readonly directory: Directory
  readonly listening: readonly Listening[]
}

const standardPort = 443

/** Where a member leaves a list by one click; undefined where nobody listens for HTTPS. */
export function unsubscribePage(by: Address, { config, directory, listening }: Place): string | undefined {
  const https = listening.find(({ name }) => name === 'https')
  if (https === undefined) return undefined
  const host = directory.settings['client.hostname'] || config.hostname
  const port = directory.settings['client.standard-ports'] || https.port === standardPort ? '' : `:${https.port}`
  return `https://${host}${port}${unsubscribePath}${encodeURIComponent(formatAddress(by))}`
}
