import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useMe } from '../../data/me.ts'
import { change, useChange } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Grid, Section } from '../../ui/page.tsx'
import { Meter } from '../../ui/progress.tsx'
import { Loaded } from '../../ui/state.tsx'
import { LimitField } from '../../ui/limit-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { sizeText } from '../size-text.ts'
import { NewPassword } from './new-password.tsx'
import { useQuotaChoices } from './quota-choices.ts'
import { Sending } from './sending.tsx'
import { useAddressText } from './text.ts'
import { useMayHere, useThisAddress } from './this-address.ts'

type Shown = OperationOutput<'address.show'>
type Mailbox = NonNullable<Shown['mailbox']>

/** What an address is, and how much it holds. */
export function Overview() {
  const may = useMayHere()
  // One's own password is changed at Security, where the present one is asked for.
  const { mailbox } = useMe()
  return (
    <Loaded of={useThisAddress()}>
      {(shown) => (
        <>
          <Locks mailbox={shown.mailbox} />
          <Grid>
            {shown.mailbox === undefined ? undefined : <Storage address={shown.address} mailbox={shown.mailbox} />}
            <Facts shown={shown} />
            {shown.mailbox !== undefined && shown.address !== mailbox && may('mail', true) ? <NewPassword address={shown.address} /> : undefined}
            {shown.mailbox !== undefined && may('help') ? <Sending key={JSON.stringify(shown.settings)} shown={shown} /> : undefined}
          </Grid>
        </>
      )}
    </Loaded>
  )
}

function Locks({ mailbox }: { readonly mailbox: Mailbox | undefined }) {
  const { overview: text } = useAddressText()
  return (
    <>
      {typeof mailbox?.lockedReason === 'string' ? <Note tone="warn">{text.lockedBecause(mailbox.lockedReason)}</Note> : undefined}
      {typeof mailbox?.sendingLockedReason === 'string' ? <Note tone="warn">{text.sendingLockedBecause(mailbox.sendingLockedReason)}</Note> : undefined}
    </>
  )
}

function Storage({ address, mailbox }: { readonly address: string; readonly mailbox: Mailbox }) {
  const { usedBytes, quotaBytes, messages } = mailbox
  const { overview: text, ...words } = useAddressText()
  const { size } = useWrite()
  const may = useMayHere()
  const share = quotaBytes === null ? 0 : usedBytes / quotaBytes
  return (
    <Section title={text.storage} note={text.messages(messages)}>
      {quotaBytes === null ? (
        <p>{text.unlimited(size(usedBytes))}</p>
      ) : (
        <Meter label={text.used} share={share} words={text.usedOf(size(usedBytes), size(quotaBytes))} />
      )}
      {share >= 1 ? <Note tone="danger">{text.full}</Note> : share >= 0.9 ? <Note tone="warn">{text.nearlyFull}</Note> : undefined}
      {may('manage') ? <Quota address={address} mailbox={mailbox} save={words.save} /> : undefined}
    </Section>
  )
}

function Quota({ address, mailbox, save }: { readonly address: string; readonly mailbox: Mailbox; readonly save: string }) {
  const { overview: text, saved } = useAddressText()
  const quotas = useQuotaChoices(mailbox.planQuotaBytes)
  const set = useChange('mailbox.set')
  const before = mailbox.hasOwnQuota ? sizeText(mailbox.quotaBytes) : 'plan'
  const [quota, setQuota] = useState(before)
  const submit = async () => {
    if ((await set.run({ address, quota })) === undefined) return
    toast(saved, async () => {
      await change('mailbox.set', { address, quota: before })
      setQuota(before)
    })
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={set.problem}
      fields={['quota']}
      actions={
        <Button type="submit" pending={set.pending}>
          {save}
        </Button>
      }
    >
      <LimitField label={text.quota} name="quota" isSize others={quotas} value={quota} onChange={setQuota} />
    </Form>
  )
}

function Facts({ shown: { kind, customer, plan, targets } }: { readonly shown: Shown }) {
  const { overview: text, kinds, kindNotes } = useAddressText()
  return (
    <Section title={text.facts}>
      <Definitions
        entries={[
          [text.kind, `${kinds[kind]}: ${kindNotes[kind]}`],
          ...(targets.length === 0
            ? []
            : [
                [
                  text.leadsTo,
                  <ul key="targets">
                    {targets.slice(0, 20).map((target) => (
                      <li key={target}>
                        <Link to="/addresses/$address" params={{ address: target }}>
                          {target}
                        </Link>
                      </li>
                    ))}
                  </ul>,
                ] as const,
              ]),
          [text.customer, customer],
          [text.plan, plan],
        ]}
      />
    </Section>
  )
}
