import { useMe } from '../../data/me.ts'
import { Note } from '../../ui/note.tsx'
import { Page } from '../../ui/page.tsx'
import { AppPasswordsOf } from '../address/app-passwords.tsx'
import { Grants } from './grants.tsx'
import { OwnPassword } from './own-password.tsx'
import { PlaceNotices } from './place-notices.tsx'
import { Places } from './places.tsx'
import { SecondFactors } from './second-factors.tsx'
import { Sessions } from './sessions.tsx'
import { useSecurityText } from './text.ts'
import { Tokens } from './tokens.tsx'

/** What opens one's own account. */
export function Security() {
  const text = useSecurityText()
  const { mustDo, mailbox } = useMe()
  return (
    <Page title={text.title} lead={text.lead} narrow>
      {mustDo.includes('second-factor') ? <Note tone="warn">{text.mustAdd}</Note> : undefined}
      <PlaceNotices />
      <SecondFactors />
      <OwnPassword />
      {mailbox === null ? undefined : <AppPasswordsOf address={mailbox} mayAdd mayRemove />}
      <Sessions />
      <Places />
      {mailbox === null ? undefined : <Grants address={mailbox} />}
      <Tokens />
    </Page>
  )
}
