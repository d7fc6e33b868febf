import { useState } from 'react'
import { useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useLocksText } from './text.ts'

export function AddLock({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const text = useLocksText()
  return (
    <Dialog title={text.addTitle} open={open} onClose={onClose}>
      <AddLockForm onClose={onClose} />
    </Dialog>
  )
}

function AddLockForm({ onClose }: { readonly onClose: () => void }) {
  const text = useLocksText()
  const [what, setWhat] = useState<'mailbox' | 'customer'>('mailbox')
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'whole' | 'sending'>('whole')
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const [mail, setMail] = useState<'defer' | 'accept'>('defer')
  const mailbox = useChange('mailbox.lock')
  const mailboxSending = useChange('address.lock-sending')
  const customer = useChange('customer.lock')
  const customerSending = useChange('customer.lock-sending')
  const changes = [mailbox, mailboxSending, customer, customerSending]
  const submit = async () => {
    for (const one of changes) one.reset()
    const lock = { reason: reason.trim(), ...(until !== '' && { until }) }
    const given = name.trim()
    const done =
      what === 'mailbox'
        ? await (kind === 'whole' ? mailbox.run({ address: given, ...lock, mail }) : mailboxSending.run({ address: given, ...lock }))
        : await (kind === 'whole' ? customer.run({ name: given, ...lock, mail }) : customerSending.run({ name: given, ...lock }))
    if (done === undefined) return
    onClose()
    toast(text.added(given))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={changes.find(({ problem }) => problem !== undefined)?.problem}
      fields={['address', 'name', 'reason', 'until']}
      actions={
        <Button type="submit" tone="primary" pending={changes.some(({ pending }) => pending)}>
          {text.add}
        </Button>
      }
    >
      <RadioCards
        label={text.what}
        choices={[
          { value: 'mailbox', label: text.mailbox },
          { value: 'customer', label: text.customer },
        ]}
        value={what}
        onChange={setWhat}
      />
      {what === 'mailbox' ? (
        <TextField label={text.address} name="address" value={name} onChange={setName} required />
      ) : (
        <TextField label={text.customerName} name="name" value={name} onChange={setName} required />
      )}
      <RadioCards
        label={text.how}
        choices={[
          { value: 'whole', label: text.whole, note: text.wholeNote },
          { value: 'sending', label: text.sending, note: text.sendingNote },
        ]}
        value={kind}
        onChange={setKind}
      />
      <TextField label={text.reason} name="reason" note={text.reasonNote} value={reason} onChange={setReason} required />
      <TextField label={text.untilLabel} name="until" type="date" note={text.untilNote} value={until} onChange={setUntil} optional />
      {kind === 'sending' ? undefined : (
        <RadioCards
          label={text.mailLabel}
          choices={[
            { value: 'defer', label: text.defer, note: text.deferNote },
            { value: 'accept', label: text.accept, note: text.acceptNote },
          ]}
          value={mail}
          onChange={setMail}
        />
      )}
    </Form>
  )
}
