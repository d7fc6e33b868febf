import { type MailServer, useMailServers } from '../../data/mail-setup.ts'
import { buttonLook } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { Grid, Section } from '../../ui/page.tsx'
import { QrCode } from '../../ui/qr/qr-code.tsx'
import { Loaded } from '../../ui/state.tsx'
import { useAddressText } from './text.ts'
import { useAddress } from './this-address.ts'

/** How mail programs are set up for a mailbox. */
export function Programs() {
  const address = useAddress()
  const { programs: text } = useAddressText()
  const servers = useMailServers(address)
  return (
    <Loaded of={servers}>
      {(servers) => {
        if (servers.length === 0) return <Note tone="warn">{text.unknown}</Note>
        const best = (protocol: MailServer['protocol']) => servers.find((server) => server.protocol === protocol)
        return (
          <>
            <Section title={text.title} note={text.note}>
              <Grid>
                <Way title={text.incoming} server={best('imap')} address={address} />
                <Way title={text.outgoing} server={best('smtp')} address={address} />
                <Way title={text.incomingPop} server={best('pop3')} address={address} />
              </Grid>
            </Section>
            <Grid>
              <Apple address={address} />
              <Section title={text.thunderbird}>
                <p>{text.thunderbirdSteps}</p>
                <h2>{text.outlook}</h2>
                <p>{text.outlookSteps}</p>
                <h2>{text.gmail}</h2>
                <p>{text.gmailSteps}</p>
              </Section>
            </Grid>
          </>
        )
      }}
    </Loaded>
  )
}

function Way({ title, server, address }: { readonly title: string; readonly server: MailServer | undefined; readonly address: string }) {
  const { programs: text } = useAddressText()
  if (server === undefined) return undefined
  return (
    <div>
      <h3>{title}</h3>
      <Definitions
        entries={[
          [text.server, <Copied key="server" what={text.server} value={server.host} />],
          [text.port, server.port],
          [text.security, server.security === 'SSL' ? text.tls : text.starttls],
          [text.user, <Copied key="user" what={text.user} value={address} />],
          [text.passwordLabel, text.passwordWords],
        ]}
      />
    </div>
  )
}

function Copied({ what, value }: { readonly what: string; readonly value: string }) {
  return (
    <>
      {value} <CopyButton what={what} value={value} />
    </>
  )
}

function Apple({ address }: { readonly address: string }) {
  const { programs: text } = useAddressText()
  const profile = `/setup/apple.mobileconfig?address=${encodeURIComponent(address)}`
  return (
    <Section title={text.phoneTitle} note={text.phoneNote}>
      <QrCode text={new URL(profile, window.location.href).href} name={text.qr(address)} />
      <div>
        <a className={buttonLook()} href={profile} download>
          <Icon name="download" size={16} />
          {text.profile}
        </a>
      </div>
    </Section>
  )
}
