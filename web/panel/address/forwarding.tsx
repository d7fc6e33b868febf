import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { change, useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { Form } from '../../ui/form.tsx'
import { Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { addressesIn } from '../addresses-in.ts'
import { useAddressText } from './text.ts'
import { useMayHere, useThisAddress } from './this-address.ts'

type Shown = OperationOutput<'address.show'>

/** Where mail to an address goes on to. */
export function Forwarding() {
  return <Loaded of={useThisAddress()}>{(shown) => (shown.mailbox === undefined ? <Targets shown={shown} /> : <OfMailbox shown={shown} />)}</Loaded>
}

/** A mailbox that forwards what it gets. */
function OfMailbox({ shown: { address, targets, mailbox } }: { readonly shown: Shown }) {
  const { forwarding: text, save } = useAddressText()
  const mayHere = useMayHere()('mail', true)
  const forward = useChange('mailbox.forward')
  const [to, setTo] = useState(targets.join('\n'))
  const [keepCopy, setKeepCopy] = useState(mailbox?.keepCopy ?? true)
  const before = { address, to: [...targets], keepCopy: mailbox?.keepCopy ?? true }
  const submit = async () => {
    const done = await forward.run({ address, to: addressesIn(to), keepCopy })
    if (done === undefined) return
    setTo(done.targets.join('\n'))
    toast(text.saved(done.targets.length), async () => {
      await change('mailbox.forward', before)
      setTo(before.to.join('\n'))
      setKeepCopy(before.keepCopy)
    })
  }
  return (
    <Section title={text.title} note={text.note}>
      <Form
        onSubmit={() => void submit()}
        problem={forward.problem}
        fields={['to']}
        actions={
          mayHere ? (
            <Button type="submit" tone="primary" pending={forward.pending}>
              {save}
            </Button>
          ) : undefined
        }
      >
        <TextField label={text.to} name="to" note={text.toNote} lines={4} value={to} onChange={setTo} disabled={!mayHere} />
        <Checkbox label={text.keepCopy} note={text.keepCopyNote} on={keepCopy} onChange={setKeepCopy} disabled={!mayHere} />
      </Form>
    </Section>
  )
}

/** What a forward, a list or an alias leads to. */
function Targets({ shown: { address, kind, targets } }: { readonly shown: Shown }) {
  const { forwarding: text, save, kindNotes } = useAddressText()
  const mayHere = useMayHere()('manage')
  const set = useChange('pointer.set')
  const [to, setTo] = useState(targets.join('\n'))
  if (kind === 'mailbox') return undefined
  const submit = async () => {
    const wanted = addressesIn(to)
    const add = wanted.filter((target) => !targets.includes(target))
    const remove = targets.filter((target) => !wanted.includes(target))
    const done = await set.run({ kind, address, add, remove })
    if (done === undefined) return
    setTo(done.targets.join('\n'))
    toast(text.targetsSaved, async () => {
      await change('pointer.set', { kind, address, add: remove, remove: add })
      setTo(targets.join('\n'))
    })
  }
  return (
    <Section title={text.targetsTitle[kind]} note={kindNotes[kind]}>
      <Form
        onSubmit={() => void submit()}
        problem={set.problem}
        fields={['add', 'remove']}
        actions={
          mayHere ? (
            <Button type="submit" tone="primary" pending={set.pending}>
              {save}
            </Button>
          ) : undefined
        }
      >
        <TextField label={text.targetsTitle[kind]} name="add" lines={kind === 'list' ? 10 : 3} value={to} onChange={setTo} disabled={!mayHere} />
      </Form>
    </Section>
  )
}
