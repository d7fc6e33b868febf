import { Link } from '@tanstack/react-router'
import type { OperationOutput } from '../../data/call.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { QueueLength } from './length.tsx'
import { useQueueText } from './text.ts'

type Waiting = OperationOutput<'queue.destinations'>
type Destination = Waiting['destinations'][number]

const shown = 1000

/** The field that names what is held. */
const named = { mailbox: 'mailbox', customer: 'customer', destination: 'destination', message: 'id', recipient: 'id', 'sender-domain': 'senderDomain' } as const

/** Mail that waits for other servers (SPEC D1). */
export function Queue() {
  const text = useQueueText()
  const columns = useColumns()
  const queue = useRead('queue.destinations', { limit: shown })
  return (
    <Page title={text.title} lead={text.lead}>
      <Loaded of={queue}>
        {({ recipients, destinationsInAll, destinations, holds }) => (
          <>
            {recipients === 0 ? undefined : (
              <p>
                {text.inAll(recipients, destinationsInAll)} {destinationsInAll > destinations.length ? text.firstOnly(destinations.length) : ''}
              </p>
            )}
            <QueueLength />
            <Holds holds={holds} />
            <Table
              name={text.title}
              rows={destinations}
              idOf={({ destination }) => destination}
              columns={columns}
              searched={({ destination }) => destination}
              searchLabel={text.search}
              empty={
                <Empty icon="queue" title={text.empty}>
                  {text.emptyNote}
                </Empty>
              }
            />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function useColumns(): readonly Column<Destination>[] {
  const text = useQueueText()
  const { number } = useWrite()
  return [
    {
      key: 'destination',
      title: text.destination,
      sortBy: ({ destination }) => destination,
      cell: ({ destination }) => (
        <Link to="/queue/$destination" params={{ destination }}>
          {destination}
        </Link>
      ),
    },
    {
      key: 'next',
      title: text.next,
      sortBy: ({ nextAttempt }) => nextAttempt ?? '',
      cell: ({ nextAttempt, heldReason }) =>
        nextAttempt === null ? <Badge tone="warn">{text.held}</Badge> : heldReason === null ? text.at(nextAttempt) : text.held,
    },
    {
      key: 'recipients',
      title: text.recipients,
      numbers: true,
      width: '7rem',
      sortBy: ({ recipients }) => recipients,
      cell: ({ recipients }) => number(recipients),
    },
  ]
}

function Holds({ holds }: Pick<Waiting, 'holds'>) {
  const text = useQueueText()
  const { dateTime } = useWrite()
  const release = useChange('queue.release')
  if (holds.length === 0) return undefined
  return (
    <Section title={text.holds} note={text.holdsNote}>
      {release.problem === undefined ? undefined : <Note tone="danger">{release.problem.message}</Note>}
      <Table
        name={text.holds}
        rows={holds}
        idOf={({ kind, name }) => `${kind} ${name}`}
        columns={[
          { key: 'what', title: text.what, cell: ({ kind, name }) => `${text.holdKinds[kind]} ${name}` },
          { key: 'reason', title: text.reason, cell: ({ reason }) => reason },
          { key: 'since', title: text.since, cell: ({ since }) => dateTime(since), onlyWide: true },
        ]}
        menu={({ kind, name }) => (
          <Menu
            name={text.more(name)}
            entries={[
              {
                label: text.release,
                icon: 'undo',
                onPress: () => void release.run({ [named[kind]]: name }).then((done) => done !== undefined && toast(text.released)),
              },
            ]}
          />
        )}
      />
    </Section>
  )
}
