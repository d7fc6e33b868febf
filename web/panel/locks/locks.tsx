import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useMay } from '../../data/me.ts'
import { change, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { useActor } from '../audit/actor.ts'
import { AddLock } from './add-lock.tsx'
import { useLocksText } from './text.ts'

type Lock = OperationOutput<'lock.list'>['locks'][number]

/** Who is locked, why, by whom and until when. */
export function Locks() {
  const text = useLocksText()
  const { date } = useWrite()
  const may = useMay()
  const actor = useActor()
  const [adding, setAdding] = useState(false)
  const list = useRead('lock.list', {})
  const end = async (lock: Lock) => {
    await endOf(lock)
    toast(text.ended(lock.name))
  }
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        may('operate') ? (
          <Button tone="primary" icon="lock" onPress={() => setAdding(true)}>
            {text.add}
          </Button>
        ) : undefined
      }
    >
      <Loaded of={list}>
        {({ locks }) => (
          <Table
            name={text.title}
            rows={locks}
            idOf={({ what, name, kind }) => `${what} ${name} ${kind}`}
            columns={[
              { key: 'name', title: text.name, sortBy: ({ name }) => name, cell: ({ name }) => name },
              { key: 'kind', title: text.kind, sortBy: ({ kind }) => kind, cell: ({ kind }) => text.kinds[kind] },
              { key: 'reason', title: text.reason, cell: ({ reason }) => reason },
              { key: 'mail', title: text.mail, onlyWide: true, cell: ({ mail }) => text.mails[mail] },
              { key: 'by', title: text.by, onlyWide: true, cell: ({ by }) => actor(by) },
              { key: 'since', title: text.since, onlyWide: true, sortBy: ({ since }) => since, cell: ({ since }) => date(since) },
              {
                key: 'until',
                title: text.until,
                onlyWide: true,
                sortBy: ({ until }) => until ?? '',
                cell: ({ until }) => (until === null ? text.open : date(until)),
              },
            ]}
            {...(may('operate') && {
              menu: (lock: Lock) => <Menu name={text.actions(lock.name)} entries={[{ label: text.end, icon: 'undo', onPress: () => void end(lock) }]} />,
            })}
            empty={
              <Empty icon="lock" title={text.none}>
                {text.noneHint}
              </Empty>
            }
          />
        )}
      </Loaded>
      <AddLock open={adding} onClose={() => setAdding(false)} />
    </Page>
  )
}

async function endOf({ what, kind, name }: Lock): Promise<unknown> {
  if (what === 'mailbox')
    return kind === 'whole' ? await change('mailbox.unlock', { address: name }) : await change('address.unlock-sending', { address: name })
  return kind === 'whole' ? await change('customer.unlock', { name }) : await change('customer.unlock-sending', { name })
}
