import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { change, useChange } from '../../data/operations.ts'
import { useReadAll } from '../../data/pages.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { useFrameText } from '../frame/text.ts'
import { useQueueText } from './text.ts'

type Waiting = OperationOutput<'queue.list'>['waiting'][number]

/** What waits for one destination, recipient by recipient. */
export function Destination() {
  const { destination } = useParams({ from: '/inside/queue/$destination' })
  const text = useQueueText()
  const frame = useFrameText()
  const [details, setDetails] = useState<Waiting>()
  const [deleting, setDeleting] = useState<Waiting>()
  const columns = useColumns()
  const retry = useChange('queue.retry')
  const waiting = useReadAll('queue.list', { destination }, (output) => output.waiting)
  return (
    <Page
      title={destination}
      crumbs={
        <Crumbs name={frame.crumbs}>
          {[
            <Link key="queue" to="/queue">
              {text.title}
            </Link>,
          ]}
        </Crumbs>
      }
      actions={<Actions destination={destination} />}
    >
      {retry.problem === undefined ? undefined : <Note tone="danger">{retry.problem.message}</Note>}
      <Loaded of={waiting}>
        {({ rows, complete }) => (
          <>
            {complete ? undefined : <p>{text.firstRecipients(rows.length)}</p>}
            <Table
              name={destination}
              rows={rows}
              idOf={({ id }) => id}
              columns={columns}
              searched={({ recipient, sender, id }) => `${recipient} ${sender} ${id}`}
              searchLabel={text.searchRecipients}
              empty={<Empty icon="queue" title={text.nothingHere} />}
              menu={(row) => (
                <Menu
                  name={text.more(row.recipient)}
                  entries={[
                    { label: text.details, icon: 'info', onPress: () => setDetails(row) },
                    {
                      label: text.retry,
                      icon: 'queue',
                      onPress: () => void retry.run({ id: row.id }).then((done) => done !== undefined && toast(text.retried(done.recipients))),
                    },
                    { label: text.remove, icon: 'remove', danger: true, apart: true, onPress: () => setDeleting(row) },
                  ]}
                />
              )}
            />
          </>
        )}
      </Loaded>
      <Dialog title={details?.recipient ?? ''} open={details !== undefined} onClose={() => setDetails(undefined)} wide>
        {details === undefined ? undefined : <Details of={details} />}
      </Dialog>
      <Ask
        operation="queue.delete"
        input={{ id: deleting?.id ?? '' }}
        onDone={({ recipients }) => toast(text.removed(recipients))}
        title={text.removeTitle(deleting?.recipient ?? '')}
        act={text.remove}
        danger
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
      >
        <p>{text.removeNote}</p>
      </Ask>
    </Page>
  )
}

function useColumns(): readonly Column<Waiting>[] {
  const text = useQueueText()
  return [
    {
      key: 'recipient',
      title: text.recipient,
      sortBy: ({ recipient }) => recipient,
      cell: ({ recipient }) => recipient,
    },
    { key: 'sender', title: text.sender, sortBy: ({ sender }) => sender, cell: ({ sender }) => (sender === '' ? '<>' : sender), onlyWide: true },
    {
      key: 'next',
      title: text.next,
      sortBy: ({ nextAttempt }) => nextAttempt ?? '',
      cell: ({ nextAttempt, isBeingTried }) => (isBeingTried ? text.beingTried : nextAttempt === null ? text.held : text.at(nextAttempt)),
    },
    { key: 'last', title: text.last, cell: ({ last }) => last?.found ?? text.notYet, onlyWide: true, width: '34%' },
  ]
}

function Details({ of: { held, last, ...waiting } }: { readonly of: Waiting }) {
  const text = useQueueText()
  const { dateTime, number, size } = useWrite()
  return (
    <Definitions
      entries={[
        [text.sender, waiting.sender === '' ? '<>' : waiting.sender] as const,
        [text.kind, text.kinds[waiting.kind]] as const,
        [text.size, size(waiting.sizeBytes)] as const,
        [text.accepted, dateTime(waiting.accepted)] as const,
        [text.attempts, number(waiting.attempts)] as const,
        [text.next, waiting.nextAttempt === null ? text.held : dateTime(waiting.nextAttempt)] as const,
        [text.giveUp, dateTime(waiting.giveUp)] as const,
        ...(held === null ? [] : [[text.held, text.heldSince(held.reason, held.since)] as const]),
        ...(last === null
          ? []
          : [
              [text.last, `${dateTime(last.at)}: ${last.found}`] as const,
              [text.server, [last.host, last.ip, last.tls].filter((part) => part !== null).join(' · ')] as const,
              [text.relay, last.relay ?? ''] as const,
            ]),
        [text.messageId, waiting.messageId ?? ''] as const,
        [text.id, waiting.id] as const,
      ].filter(([, value]) => value !== '')}
    />
  )
}

function Actions({ destination }: { readonly destination: string }) {
  const text = useQueueText()
  const [asked, setAsked] = useState<'hold' | 'remove'>()
  const [reason, setReason] = useState('')
  const retry = useChange('queue.retry')
  const close = () => setAsked(undefined)
  return (
    <>
      <Button
        tone="primary"
        pending={retry.pending}
        onPress={() => void retry.run({ destination }).then((done) => done !== undefined && toast(text.retried(done.recipients)))}
      >
        {text.retry}
      </Button>
      <Menu
        name={text.more(destination)}
        entries={[
          { label: text.hold, icon: 'lock', onPress: () => setAsked('hold') },
          { label: text.removeAll, icon: 'remove', danger: true, apart: true, onPress: () => setAsked('remove') },
        ]}
      />
      <Ask
        operation="queue.hold"
        input={{ destination, reason: reason.trim() }}
        onDone={() => toast(text.heldNow(destination), async () => await change('queue.release', { destination }))}
        title={text.holdTitle(destination)}
        act={text.hold}
        open={asked === 'hold'}
        onClose={close}
      >
        <p>{text.holdNote}</p>
        <TextField label={text.reason} name="reason" value={reason} onChange={setReason} required />
      </Ask>
      <Ask
        operation="queue.delete"
        input={{ destination }}
        onDone={({ recipients }) => toast(text.removed(recipients))}
        title={text.removeTitle(destination)}
        act={text.removeAll}
        danger
        open={asked === 'remove'}
        onClose={close}
      >
        <p>{text.removeNote}</p>
      </Ask>
    </>
  )
}
