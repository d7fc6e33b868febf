import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { currentLanguage } from '../text/language.ts'
import { unreached } from './problem.ts'

/** One way in which a mail program reaches the server. */
export interface MailServer {
  readonly protocol: 'imap' | 'pop3' | 'smtp'
  readonly host: string
  readonly port: string
  readonly security: 'SSL' | 'STARTTLS'
}

/** What mail programs are told when they set themselves up for an address (src/autoconfig), the best way of each protocol first; none: the domain is not set up for it. */
export function useMailServers(address: string): UseQueryResult<readonly MailServer[]> {
  return useQuery({
    queryKey: ['mail-servers', address],
    queryFn: async ({ signal }) => {
      const url = `/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=${encodeURIComponent(address)}`
      const response = await fetch(url, { signal }).catch((error: unknown) => {
        if (signal.aborted) throw error
        throw unreached(currentLanguage())
      })
      return response.ok ? serversIn(await response.text()) : []
    },
  })
}

function serversIn(xml: string): readonly MailServer[] {
  const servers = new DOMParser().parseFromString(xml, 'text/xml').querySelectorAll('incomingServer, outgoingServer')
  return [...servers].map((server) => {
    const text = (name: string) => server.querySelector(name)?.textContent ?? ''
    return {
      protocol: server.getAttribute('type') as MailServer['protocol'],
      host: text('hostname'),
      port: text('port'),
      security: text('socketType') as MailServer['security'],
    }
  })
}
