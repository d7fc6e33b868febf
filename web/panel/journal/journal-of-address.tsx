import { useNavigate, useSearch } from '@tanstack/react-router'
import { Chips } from '../../ui/chips.tsx'
import { useAddress } from '../address/this-address.ts'
import { Entries } from './entries.tsx'
import { Seek } from './seek.tsx'
import { useJournalText } from './text.ts'

/** What came to one address, or what it sent. */
export function JournalOfAddress() {
  const address = useAddress()
  const text = useJournalText()
  const sought = useSearch({ from: '/inside/addresses/$address/journal' })
  const navigate = useNavigate()
  const seek = (search: typeof sought) => void navigate({ to: '/addresses/$address/journal', params: { address }, search, replace: true })
  const { direction = 'in', ...others } = sought
  const search = { ...others, ...(direction === 'out' ? { sender: address, direction } : { address }) }
  return (
    <>
      <Chips
        name={text.direction}
        choices={[
          { value: 'in', label: text.directions.in },
          { value: 'out', label: text.directions.out },
        ]}
        chosen={direction}
        onChoose={(chosen) => seek(chosen === 'out' ? { ...others, direction: chosen } : others)}
      />
      <Seek sought={others} onSeek={(next) => seek({ ...next, ...(direction === 'out' && { direction }) })} of={direction === 'in' ? 'recipient' : 'sender'} />
      <Entries key={JSON.stringify(search)} search={search} back={{ ...sought, of: address }} onWiden={() => seek({})} />
    </>
  )
}
