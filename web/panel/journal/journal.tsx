import { useNavigate, useSearch } from '@tanstack/react-router'
import { Page } from '../../ui/page.tsx'
import { Entries } from './entries.tsx'
import { Seek } from './seek.tsx'
import { useJournalText } from './text.ts'

/** What became of messages: of all that one may see. */
export function Journal() {
  const text = useJournalText()
  const sought = useSearch({ from: '/inside/journal' })
  const navigate = useNavigate()
  const seek = (search: typeof sought) => void navigate({ to: '/journal', search, replace: true })
  return (
    <Page title={text.title} lead={text.lead}>
      <Seek sought={sought} onSeek={seek} />
      <Entries key={JSON.stringify(sought)} search={sought} back={sought} onWiden={() => seek({})} />
    </Page>
  )
}
