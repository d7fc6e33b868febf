import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useMay, useMe } from '../../data/me.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { useReadAll } from '../../data/pages.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog, Question } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Page } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { Effect } from '../protection/effect.tsx'
import { useOperationText } from '../operation-text.ts'

type Row = OperationOutput<'customer.list'>['customers'][number]

/** What is to be done with a customer. */
interface Asked {
  readonly what: 'plan' | 'lock' | 'remove'
  readonly row: Row
}

/** The customers within reach: of operators all, of resellers their own. */
export function Customers() {
  const { customers: text, ...words } = useOperationText()
  const isOperator = useMe().kind === 'operator'
  const mayAdd = useMay()('manage')
  const columns = useColumns()
  const list = useReadAll('customer.list', {}, ({ customers }) => customers)
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  const unlock = async (name: string) => {
    await change('customer.unlock-sending', { name })
    toast(text.unlocked(name))
  }
  const addButton = mayAdd ? (
    <Button tone="primary" icon="add" onPress={() => setAdding(true)}>
      {text.add}
    </Button>
  ) : undefined
  const done = () => setAsked(undefined)
  return (
    <Page title={text.title} lead={text.lead} actions={addButton}>
      <Loaded of={list}>
        {({ rows }) => (
          <Table
            name={text.title}
            rows={rows}
            idOf={({ name }) => name}
            columns={columns}
            searched={searched}
            searchLabel={text.search}
            menu={(row) => (
              <Menu
                name={words.more(row.name)}
                entries={[
                  ...(isOperator ? [{ label: text.changePlan, icon: 'plan' as const, onPress: () => setAsked({ what: 'plan', row }) }] : []),
                  { label: text.lock, icon: 'lock', onPress: () => setAsked({ what: 'lock', row }) },
                  ...(isOperator ? [{ label: text.unlock, icon: 'undo' as const, onPress: () => void unlock(row.name) }] : []),
                  { label: words.remove, icon: 'remove', danger: true, apart: true, onPress: () => setAsked({ what: 'remove', row }) },
                ]}
              />
            )}
            empty={
              <Empty icon="customers" title={text.none} action={addButton}>
                {text.noneHint}
              </Empty>
            }
          />
        )}
      </Loaded>
      <Dialog title={text.add} open={adding} onClose={() => setAdding(false)}>
        <Add isOperator={isOperator} onClose={() => setAdding(false)} />
      </Dialog>
      <Dialog title={asked === undefined ? '' : asked.row.name} open={asked?.what === 'plan'} onClose={done}>
        {asked === undefined ? undefined : <ChangePlan row={asked.row} onClose={done} />}
      </Dialog>
      <Lock name={asked?.row.name ?? ''} open={asked?.what === 'lock'} onClose={done} />
      <Remove name={asked?.row.name ?? ''} open={asked?.what === 'remove'} onClose={done} />
    </Page>
  )
}

const searched = ({ name, plan, resellerOf }: Row) => `${name} ${plan} ${resellerOf ?? ''}`

function useColumns(): readonly Column<Row>[] {
  const { customers: text } = useOperationText()
  const { number } = useWrite()
  return [
    {
      key: 'name',
      title: text.name,
      sortBy: ({ name }) => name,
      cell: ({ name, reseller, resellerOf }) => (
        <>
          <Link to="/customers/$name" params={{ name }}>
            {name}
          </Link>{' '}
          {reseller ? <Badge tone="accent">{text.reseller}</Badge> : undefined} {resellerOf === null ? '' : text.of(resellerOf)}
        </>
      ),
    },
    { key: 'plan', title: text.plan, sortBy: ({ plan }) => plan, cell: ({ plan }) => plan },
    {
      key: 'domains',
      title: text.domains,
      numbers: true,
      onlyWide: true,
      width: '8rem',
      sortBy: ({ domains }) => domains,
      cell: ({ domains }) => number(domains),
    },
    {
      key: 'mailboxes',
      title: text.mailboxes,
      numbers: true,
      onlyWide: true,
      width: '9rem',
      sortBy: ({ mailboxes }) => mailboxes,
      cell: ({ mailboxes }) => number(mailboxes),
    },
  ]
}

function PlanSelect({ value, onChange, note }: { readonly value: string | undefined; readonly onChange: (plan: string) => void; readonly note?: string }) {
  const { customers: text } = useOperationText()
  const plans = useRead('plan.list', {}).data?.plans ?? []
  return (
    <Select label={text.plan} name="plan" note={note} choices={plans.map(({ name }) => ({ value: name, label: name }))} value={value} onChange={onChange} />
  )
}

function Add({ isOperator, onClose }: { readonly isOperator: boolean; readonly onClose: () => void }) {
  const { customers: text } = useOperationText()
  const [name, setName] = useState('')
  const [plan, setPlan] = useState<string>()
  const add = useChange('customer.add')
  const submit = async () => {
    const added = await add.run({ name: name.trim(), plan })
    if (added === undefined) return
    onClose()
    toast(text.added(added.name), async () => await change('customer.remove', { name: added.name }))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['name', 'plan']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.add}
        </Button>
      }
    >
      <TextField label={text.name} name="name" value={name} onChange={setName} autoFocus />
      {isOperator ? <PlanSelect value={plan} onChange={setPlan} /> : undefined}
    </Form>
  )
}

function ChangePlan({ row: { name, plan: before }, onClose }: { readonly row: Row; readonly onClose: () => void }) {
  const { customers: text, save, saved } = useOperationText()
  const [plan, setPlan] = useState(before)
  const set = useChange('customer.set')
  const foretold = useRead('customer.set', { name, plan, preview: true }, { enabled: plan !== before })
  const submit = async () => {
    if ((await set.run({ name, plan })) === undefined) return
    onClose()
    toast(saved, async () => await change('customer.set', { name, plan: before }))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={set.problem}
      fields={['plan']}
      actions={
        <Button type="submit" tone="primary" pending={set.pending}>
          {save}
        </Button>
      }
    >
      <PlanSelect value={plan} onChange={setPlan} note={text.planNote} />
      {plan === before || foretold.data === undefined ? undefined : (
        <Note>
          <Effect of={foretold.data.effect} />
        </Note>
      )}
    </Form>
  )
}

interface AskedOf {
  readonly name: string
  readonly open: boolean
  readonly onClose: () => void
}

function Lock({ name, open, onClose }: AskedOf) {
  const { customers: text } = useOperationText()
  const [reason, setReason] = useState('')
  const lock = useChange('customer.lock-sending')
  const act = async () => {
    if ((await lock.run({ name, reason })) === undefined) return
    onClose()
    toast(text.locked(name))
  }
  return (
    <Question
      title={text.lockTitle(name)}
      open={open}
      onClose={onClose}
      act={text.lock}
      danger
      onAct={() => void act()}
      pending={lock.pending}
      problem={lock.problem}
    >
      <p>{text.lockNote}</p>
      <TextField label={text.reason} name="reason" note={text.reasonNote} value={reason} onChange={setReason} />
    </Question>
  )
}

function Remove({ name, open, onClose }: AskedOf) {
  const { customers: text, ...words } = useOperationText()
  const { size } = useWrite()
  const storage = useRead('statistics.show', { customer: name, step: 'hour', from: '1h' }, { enabled: open }).data?.storage
  return (
    <Ask
      operation="customer.remove"
      input={{ name }}
      onDone={() => toast(words.removed(name))}
      title={words.removeTitle(name)}
      open={open}
      onClose={onClose}
      act={words.remove}
      danger
    >
      {storage === undefined || storage.mailboxes === 0 ? undefined : (
        <p>
          <strong>{text.stillHas(storage.mailboxes, size(storage.usedBytes))}</strong>
        </p>
      )}
      <p>{text.removeNote}</p>
    </Ask>
  )
}
