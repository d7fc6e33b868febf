import { useMe } from '../../data/me.ts'
import { Page } from '../../ui/page.tsx'
import { CustomerHome } from './customer-home.tsx'
import { MailboxHome } from './mailbox-home.tsx'
import { OperatorHome } from './operator-home.tsx'
import { useHomeText } from './text.ts'
import { Ways } from './ways.tsx'

/** The first page: what is to be seen to, then what there is. */
export function Home() {
  const text = useHomeText()
  const { kind, mailbox } = useMe()
  return (
    <Page title={text.title}>
      {kind === 'operator' ? <OperatorHome /> : undefined}
      {kind === 'person' ? <CustomerHome /> : undefined}
      {mailbox === null ? undefined : <MailboxHome address={mailbox} />}
      <Ways />
    </Page>
  )
}
