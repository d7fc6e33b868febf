import type { Config } from '../config/config.ts'
import type { Directory } from '../directory/directory.ts'
import type { Listening } from './mail-setup.ts'

export interface Place {
  readonly config: Config
  readonly directory: Pick<Directory, 'settings'>
  readonly listening: readonly Listening[]
}

const standardPort = 443

/** "https://mx.example.org", as people reach it; undefined where nobody listens for HTTPS, nor a balancer before us that ends TLS. */
export function httpsOrigin({ config, directory, listening }: Place): string | undefined {
  const https = listening.find(({ name }) => name === 'https')
  const host = directory.settings['client.hostname'] || config.hostname
  if (https === undefined) return config.proxy.forwardedFrom.length === 0 ? undefined : `https://${host}`
  const port = directory.settings['client.standard-ports'] || https.port === standardPort ? '' : `:${https.port}`
  return `https://${host}${port}`
}
