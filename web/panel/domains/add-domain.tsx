import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../../data/me.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useDomainsText } from './text.ts'

/** Asks for a new domain, and goes to its page. */
export function AddDomain({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const text = useDomainsText()
  return (
    <Dialog title={text.addTitle} open={open} onClose={onClose}>
      <AddDomainForm onClose={onClose} />
    </Dialog>
  )
}

function AddDomainForm({ onClose }: { readonly onClose: () => void }) {
  const text = useDomainsText()
  const isOperator = useMe().kind === 'operator'
  const customers = useRead('customer.list', {}).data?.customers ?? []
  const [domain, setDomain] = useState('')
  const [customer, setCustomer] = useState<string>()
  const add = useChange('domain.add')
  const navigate = useNavigate()
  const submit = async () => {
    const added = await add.run({ domain: domain.trim(), customer })
    if (added === undefined) return
    onClose()
    toast(text.added(added.domain), async () => {
      await change('domain.remove', { domain: added.domain })
      await navigate({ to: '/domains' })
    })
    await navigate({ to: '/domains/$domain', params: { domain: added.domain } })
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem}
      fields={['domain', 'customer']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {text.add}
        </Button>
      }
    >
      <TextField label={text.domain} name="domain" note={text.domainNote} value={domain} onChange={setDomain} autoFocus mono />
      {isOperator || customers.length > 1 ? (
        <Select
          label={text.customer}
          name="customer"
          choices={customers.map(({ name }) => ({ value: name, label: name }))}
          value={customer}
          onChange={setCustomer}
          placeholder={text.chooseCustomer}
        />
      ) : undefined}
    </Form>
  )
}
