import type { MailServer, MailSetup, TokenProvider } from './servers.ts'
import { xmlText } from './xml.ts'

/**
 * What Thunderbird, K-9, FairEmail, KMail and Evolution look for at `autoconfig.DOMAIN/mail/config-v1.1.xml` and
 * `DOMAIN/.well-known/autoconfig/mail/config-v1.1.xml` (draft-ietf-mailmaint-autoconfig; config version 1.1). In the order of preference.
 */
export function clientConfig({ provider, address, servers, tokens }: MailSetup): string {
  const domain = xmlText(address.domain)
  return `<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1">
  <emailProvider id="${domain}">
    <domain>${domain}</domain>
    <displayName>${xmlText(provider)}</displayName>
    <displayShortName>${xmlText(provider)}</displayShortName>
${servers.map((server) => serverElement(server, tokens !== undefined)).join('\n')}
  </emailProvider>${tokens === undefined ? '' : tokensElement(tokens)}
</clientConfig>
`
}

/** Programs without a client id register themselves (RFC 7591), so none is named. */
function tokensElement({ issuer, authorization, token, scopes }: TokenProvider): string {
  return `
  <oAuth2>
    <authURL>${xmlText(authorization)}</authURL>
    <tokenURL>${xmlText(token)}</tokenURL>
    <issuer>${xmlText(issuer)}</issuer>
    <scope>${xmlText(scopes)}</scope>
  </oAuth2>`
}

/** The password first: of what is preferred, a program takes what it can, and not each that knows OAuth2 knows how to meet a provider that it has never heard of. */
function serverElement({ protocol, host, port, security }: MailServer, takesTokens: boolean): string {
  const [element, type] = protocol === 'submission' ? ['outgoingServer', 'smtp'] : ['incomingServer', protocol]
  return `    <${element} type="${type}">
      <hostname>${xmlText(host)}</hostname>
      <port>${port}</port>
      <socketType>${security === 'tls' ? 'SSL' : 'STARTTLS'}</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>${takesTokens ? '\n      <authentication>OAuth2</authentication>' : ''}
    </${element}>`
}
