import { useState } from 'react'
import { useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { LimitField } from '../../ui/limit-field.tsx'
import { Note } from '../../ui/note.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useQuotaChoices } from '../address/quota-choices.ts'
import { useAddressText } from '../address/text.ts'
import { addressesIn } from '../addresses-in.ts'
import { useDomainsText } from './text.ts'

const kinds = ['mailbox', 'forward', 'list', 'alias'] as const
type Kind = (typeof kinds)[number]

/** A new mailbox with its password. */
interface Made {
  readonly address: string
  readonly password: string
}

/** Asks for a new address of any kind; of a mailbox, tells the password that was made. */
export function AddAddress({ domain, open, onClose }: { readonly domain: string; readonly open: boolean; readonly onClose: () => void }) {
  const text = useDomainsText()
  const [made, setMade] = useState<Made>()
  const close = () => {
    setMade(undefined)
    onClose()
  }
  return (
    <Dialog title={made === undefined ? text.addAddressTo(domain) : text.mailboxMade} open={open} onClose={close}>
      {made === undefined ? <AddForm domain={domain} onMade={setMade} onClose={close} /> : <PasswordOnce made={made} onClose={close} />}
    </Dialog>
  )
}

function AddForm({ domain, onMade, onClose }: { readonly domain: string; readonly onMade: (made: Made) => void; readonly onClose: () => void }) {
  const text = useDomainsText()
  const addressText = useAddressText()
  const [kind, setKind] = useState<Kind>('mailbox')
  const [localPart, setLocalPart] = useState('')
  const [targets, setTargets] = useState('')
  const [quota, setQuota] = useState('plan')
  const quotas = useQuotaChoices(undefined)
  const mailbox = useChange('mailbox.add')
  const changes = { forward: useChange('forward.add'), list: useChange('list.add'), alias: useChange('alias.add') }
  const current = kind === 'mailbox' ? mailbox : changes[kind]
  const submit = async () => {
    const address = `${localPart.trim()}@${domain}`
    if (kind === 'mailbox') {
      const added = await mailbox.run({ address, quota })
      if (added?.password !== undefined) return onMade({ address: added.address, password: added.password })
      if (added === undefined) return
    } else if ((await changes[kind].run({ address, to: addressesIn(targets) })) === undefined) return
    onClose()
    toast(text.added(address))
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={current.problem}
      fields={kind === 'mailbox' ? ['address', 'quota'] : ['address', 'to']}
      actions={
        <Button type="submit" tone="primary" pending={current.pending}>
          {text.addAddress}
        </Button>
      }
    >
      <RadioCards
        label={text.kind}
        choices={kinds.map((value) => ({ value, label: addressText.kinds[value], note: addressText.kindNotes[value] }))}
        value={kind}
        onChange={setKind}
      />
      <TextField label={text.localPart} name="address" note={text.localPartNote(domain)} value={localPart} onChange={setLocalPart} autoFocus />
      {kind === 'mailbox' ? (
        <LimitField label={text.quota} name="quota" isSize others={quotas} value={quota} onChange={setQuota} />
      ) : (
        <TextField
          label={kind === 'list' ? text.members : text.target}
          name="to"
          note={kind === 'alias' ? text.aliasNote : text.targetsNote}
          lines={kind === 'list' ? 5 : 2}
          value={targets}
          onChange={setTargets}
        />
      )}
    </Form>
  )
}

function PasswordOnce({ made: { address, password }, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  const text = useDomainsText()
  return (
    <>
      <Note tone="good">{text.passwordOnce}</Note>
      <Definitions
        entries={[
          [text.address, <Copied key="address" what={text.address} value={address} />],
          [text.password, <Copied key="password" what={text.password} value={password} />],
        ]}
      />
      <div>
        <Button tone="primary" onPress={onClose}>
          {text.done}
        </Button>
      </div>
    </>
  )
}

function Copied({ what, value }: { readonly what: string; readonly value: string }) {
  return (
    <>
      <code>{value}</code> <CopyButton what={what} value={value} />
    </>
  )
}
