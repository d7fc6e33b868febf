import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useMe } from '../../data/me.ts'
import { call, type OperationOutput } from '../../data/call.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Select } from '../../ui/select.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Proof } from './proof.tsx'
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

interface Missing {
  readonly domain: string
  readonly customer: string | undefined
  readonly record: OperationOutput<'domain.proof'>
  /** How often it was looked for. */
  readonly times: number
}

function AddDomainForm({ onClose }: { readonly onClose: () => void }) {
  const text = useDomainsText()
  const isOperator = useMe().kind === 'operator'
  const customers = useRead('customer.list', {}).data?.customers ?? []
  const [domain, setDomain] = useState('')
  const [customer, setCustomer] = useState<string>()
  const add = useChange('domain.add')
  /** Of the domain that was refused for want of it. */
  const [missing, setMissing] = useState<Missing>()
  const navigate = useNavigate()
  const asked = domain.trim()
  const proof = missing?.domain === asked && missing.customer === customer ? missing : undefined
  const submit = async () => {
    const added = await add.run({ domain: asked, customer })
    if (added === undefined) {
      const looked = isOperator ? undefined : await call('domain.proof', { domain: asked, customer }).catch(() => undefined)
      const isMissing = looked?.wanted === true && !looked.there
      setMissing(isMissing ? { domain: asked, customer, record: looked, times: (proof?.times ?? 0) + 1 } : undefined)
      return
    }
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
      problem={proof === undefined ? add.problem : undefined}
      fields={['domain', 'customer']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending}>
          {proof === undefined ? text.add : text.proof.again}
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
      {proof === undefined ? undefined : <Proof domain={asked} proof={proof.record} stillMissing={proof.times > 1} />}
    </Form>
  )
}
