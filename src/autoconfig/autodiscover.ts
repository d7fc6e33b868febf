import { formatAddress } from '../mail/address.ts'
import { bestServer, type MailServer, type MailSetup } from './servers.ts'
import { readXmlText, xmlText } from './xml.ts'

const responseSchema = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a'
const mailProtocols = ['imap', 'pop3', 'submission'] as const
const outlookTypes = { imap: 'IMAP', pop3: 'POP3', submission: 'SMTP' } as const

/** The address that an Autodiscover request is about ([MS-OXDISCO] 2.2.3.1.1.1); undefined: none is in it. Nothing else of it matters. */
export function requestedAddress(body: string): string | undefined {
  const [, text] = /<(?:[\w.-]+:)?EMailAddress(?:\s[^>]{0,200})?>\s*([^<]{1,500}?)\s*</i.exec(body) ?? []
  return text === undefined ? undefined : readXmlText(text)
}

/** The answer for Outlook and whoever else asks in its way ([MS-OXDSCLI] 2.2.4): IMAP, POP3 and SMTP, each by its best way. */
export function autodiscoverResponse({ address, servers }: MailSetup): string {
  const found = mailProtocols.flatMap((protocol) => bestServer(servers, protocol) ?? [])
  return `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response xmlns="${responseSchema}">
    <Account>
      <AccountType>email</AccountType>
      <Action>settings</Action>
${found.map((server) => protocolElement(server, formatAddress(address))).join('\n')}
    </Account>
  </Response>
</Autodiscover>
`
}

function protocolElement({ protocol, host, port, security }: MailServer, loginName: string): string {
  return `      <Protocol>
        <Type>${outlookTypes[protocol]}</Type>
        <Server>${xmlText(host)}</Server>
        <Port>${port}</Port>
        <DomainRequired>off</DomainRequired>
        <LoginName>${xmlText(loginName)}</LoginName>
        <SPA>off</SPA>
        <SSL>${security === 'tls' ? 'on' : 'off'}</SSL>
        <Encryption>${security === 'tls' ? 'SSL' : 'TLS'}</Encryption>
        <AuthRequired>on</AuthRequired>${protocol === 'submission' ? '\n        <UsePOPAuth>off</UsePOPAuth>\n        <SMTPLast>off</SMTPLast>' : ''}
      </Protocol>`
}

/** An answer to a request that names no address of ours ([MS-OXDISCO] 2.2.4.1.1.2): 500 is "Unknown e-mail address". */
export function autodiscoverError(nowMs: number): string {
  const time = new Date(nowMs).toISOString().slice(11, 23)
  return `<?xml version="1.0" encoding="utf-8"?>
<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006">
  <Response>
    <Error Time="${time}" Id="0">
      <ErrorCode>500</ErrorCode>
      <Message>The e-mail address cannot be found.</Message>
      <DebugData/>
    </Error>
  </Response>
</Autodiscover>
`
}
