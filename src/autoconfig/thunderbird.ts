import { type MailServer, type MailSetup } from './servers.ts'
import { xmlText } from './xml.ts'

/**
 * What Thunderbird, K-9, FairEmail, KMail and Evolution look for at `autoconfig.DOMAIN/mail/config-v1.1.xml` and
 * `DOMAIN/.well-known/autoconfig/mail/config-v1.1.xml` (draft-ietf-mailmaint-autoconfig; config version 1.1). In the order of preference.
 */
export function clientConfig({ provider, address, servers }: MailSetup): string {
  const domain = xmlText(address.domain)
  return `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="${domain}">
    <domain>${domain}</domain>
    <displayName>${xmlText(provider)}</displayName>
    <displayShortName>${xmlText(provider)}</displayShortName>
${servers.map(serverElement).join('\n')}
  </emailProvider>
</clientConfig>
`
}

function serverElement({ protocol, host, port, security }: MailServer): string {
  const [element, type] = protocol === 'submission' ? ['outgoingServer', 'smtp'] : ['incomingServer', protocol]
  return `    <${element} type="${type}">
      <hostname>${xmlText(host)}</hostname>
      <port>${port}</port>
      <socketType>${security === 'tls' ? 'SSL' : 'STARTTLS'}</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </${element}>`
}
