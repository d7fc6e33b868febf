import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useMay } from '../../data/me.ts'
import { call, type OperationOutput } from '../../data/call.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { useReadAll } from '../../data/pages.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, buttonLook } from '../../ui/button.tsx'
import { Question } from '../../ui/dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { Rename } from '../address/rename.tsx'
import { useAddressText } from '../address/text.ts'
import { useBulkText } from '../bulk/text.ts'
import { AddAddress } from './add-address.tsx'
import { useDomainsText } from './text.ts'

type Row = OperationOutput<'address.list'>['addresses'][number]

/** The addresses of one domain. */
export function Addresses() {
  const { domain } = useParams({ from: '/inside/domains/$domain' })
  const text = useDomainsText()
  const { link: many } = useBulkText()
  const { rename } = useAddressText()
  const columns = useColumns()
  const may = useMay()
  const all = useReadAll('address.list', { domain }, ({ addresses }) => addresses)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<string>()
  const [renaming, setRenaming] = useState<string>()
  const remove = useChange('pointer.remove')
  const removePointer = async ({ kind, address }: Row) => {
    if (kind === 'mailbox') return setRemoving(address)
    // All of its targets, to bring it back.
    const { targets } = await call('address.show', { address })
    if ((await remove.run({ kind, address })) === undefined) return toast(text.notRemoved(address))
    const add = ({ forward: 'forward.add', list: 'list.add', alias: 'alias.add' } as const)[kind]
    toast(text.removed(address), async () => await change(add, { address, to: [...targets] }))
  }
  const addButtons = (
    <>
      <Button tone="primary" icon="add" onPress={() => setAdding(true)}>
        {text.addAddress}
      </Button>{' '}
      <Link to="/many-mailboxes" search={{ domain }} className={buttonLook()}>
        {many}
      </Link>
    </>
  )
  return (
    <>
      <Loaded of={all}>
        {({ rows, complete }) => (
          <>
            {complete ? undefined : <Note>{text.tooMany}</Note>}
            <Table
              name={text.addressesOf(domain)}
              rows={rows}
              idOf={addressOf}
              columns={columns}
              searched={searchedWords}
              searchLabel={text.searchAddresses}
              tools={may('manage') ? addButtons : undefined}
              menu={
                may('manage')
                  ? (row) => (
                      <Menu
                        name={text.more(row.address)}
                        entries={[
                          ...(row.kind === 'mailbox' ? [{ label: rename.entry, onPress: () => setRenaming(row.address) }] : []),
                          { label: text.remove, icon: 'remove', danger: true, onPress: () => void removePointer(row) },
                        ]}
                      />
                    )
                  : undefined
              }
              empty={
                <Empty icon="address" title={text.noAddresses} action={may('manage') ? addButtons : undefined}>
                  {text.noAddressesHint}
                </Empty>
              }
            />
          </>
        )}
      </Loaded>
      <AddAddress domain={domain} open={adding} onClose={() => setAdding(false)} />
      <Rename address={renaming} onClose={() => setRenaming(undefined)} />
      <RemoveMailbox address={removing} onClose={() => setRemoving(undefined)} />
    </>
  )
}

const addressOf = ({ address }: Row) => address
const searchedWords = ({ address, targets }: Row) => `${address} ${targets.join(' ')}`

function useColumns(): readonly Column<Row>[] {
  const text = useDomainsText()
  const { kinds } = useAddressText()
  const write = useWrite()
  return [
    {
      key: 'address',
      title: text.address,
      sortBy: addressOf,
      cell: ({ address }) => (
        <Link to="/addresses/$address" params={{ address }}>
          {address.slice(0, address.lastIndexOf('@'))}
          {/* Long ones break here. */}
          <wbr />
          {address.slice(address.lastIndexOf('@'))}
        </Link>
      ),
    },
    {
      key: 'kind',
      title: text.kind,
      width: '9rem',
      sortBy: ({ kind }) => kinds[kind],
      cell: ({ kind, mailbox }) => (mailbox?.locked === true ? <Badge tone="danger">{text.locked}</Badge> : <Badge>{kinds[kind]}</Badge>),
    },
    {
      key: 'targets',
      title: text.leadsTo,
      onlyWide: true,
      cell: ({ targets, targetCount }) => (targetCount === 0 ? '' : targetCount === 1 ? targets[0] : text.targets(targets[0] ?? '', targetCount - 1)),
    },
    {
      key: 'used',
      title: text.used,
      numbers: true,
      onlyWide: true,
      width: '11rem',
      sortBy: ({ mailbox }) => mailbox?.usedBytes ?? -1,
      cell: ({ mailbox }) =>
        mailbox === undefined ? '' : text.usedOf(write.size(mailbox.usedBytes), mailbox.quotaBytes === null ? undefined : write.size(mailbox.quotaBytes)),
    },
  ]
}

/** Mail that is gone does not come back, so this one asks. */
function RemoveMailbox({ address, onClose }: { readonly address: string | undefined; readonly onClose: () => void }) {
  const text = useDomainsText()
  const { size } = useWrite()
  const remove = useChange('mailbox.remove')
  const mailbox = useRead('address.show', { address: address ?? '' }, { enabled: address !== undefined }).data?.mailbox
  const act = async () => {
    if (address === undefined || (await remove.run({ address })) === undefined) return
    onClose()
    toast(text.removed(address))
  }
  return (
    <Question
      title={text.removeTitle(address ?? '')}
      open={address !== undefined}
      onClose={onClose}
      act={text.removeMailbox}
      danger
      onAct={() => void act()}
      pending={remove.pending}
      problem={remove.problem}
    >
      {mailbox === undefined ? undefined : (
        <p>
          <strong>{text.goesWithMailbox(mailbox.messages, size(mailbox.usedBytes))}</strong>
        </p>
      )}
      <p>{text.removeMailboxNote}</p>
    </Question>
  )
}
