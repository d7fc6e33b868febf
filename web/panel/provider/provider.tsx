import { Link, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationInput, OperationOutput } from '../../data/call.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Question } from '../../ui/dialog.tsx'
import { Form } from '../../ui/form.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loaded } from '../../ui/state.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useOperationText } from '../operation-text.ts'
import { useProviderText } from './text.ts'

type Kept = NonNullable<OperationOutput<'identity-provider.show'>['provider']>
type MailTokens = Kept['mailTokens']

/** The service by which a customer's people sign in. */
export function Provider() {
  const text = useProviderText()
  const { people } = useOperationText()
  const { customer } = useSearch({ from: '/inside/sign-in-service' })
  const shown = useRead('identity-provider.show', { customer })
  return (
    <Page
      title={text.title}
      lead={text.lead}
      narrow
      crumbs={
        <Crumbs name={text.crumb}>
          {customer === undefined ? (
            <Link to="/people">{people.title}</Link>
          ) : (
            <Link to="/customers/$name" params={{ name: customer }}>
              {customer}
            </Link>
          )}
        </Crumbs>
      }
    >
      <Loaded of={shown}>
        {({ provider }) => (
          <>
            {provider === null ? undefined : <Standing provider={provider} customer={customer} />}
            <SetUp provider={provider ?? undefined} customer={customer} />
            {provider === null ? undefined : <Unlink customer={customer} />}
          </>
        )}
      </Loaded>
    </Page>
  )
}

interface OfProvider<Provider> {
  readonly provider: Provider
  readonly customer: string | undefined
}

/** Is it on, would it work? */
function Standing({ provider, customer }: OfProvider<Kept>) {
  const text = useProviderText()
  const words = useOperationText()
  const set = useChange('identity-provider.set')
  const test = useChange('identity-provider.test')
  const remove = useChange('identity-provider.remove')
  const [tested, setTested] = useState<OperationOutput<'identity-provider.test'>>()
  const [last, setLast] = useState<'set' | 'test'>('set')
  const [removing, setRemoving] = useState(false)
  const turn = async () => {
    setTested(undefined)
    setLast('set')
    if ((await set.run({ customer, on: !provider.on })) !== undefined) toast(provider.on ? text.switchedOff : text.switchedOn)
  }
  const tryIt = async () => {
    setLast('test')
    setTested(await test.run({ customer }))
  }
  const act = async () => {
    if ((await remove.run({ customer })) === undefined) return
    setRemoving(false)
    toast(text.removed)
  }
  const { problem } = last === 'set' ? set : test
  return (
    <Section
      title={provider.name}
      note={provider.on ? text.on : text.off}
      actions={
        <>
          <Button onPress={() => void tryIt()} pending={test.pending}>
            {text.test}
          </Button>
          <Button tone={provider.on ? undefined : 'primary'} onPress={() => void turn()} pending={set.pending}>
            {provider.on ? text.switchOff : text.switchOn}
          </Button>
          <Button tone="danger" onPress={() => setRemoving(true)}>
            {words.remove}
          </Button>
        </>
      }
    >
      {problem === undefined ? undefined : <Note tone="danger">{problem.message}</Note>}
      {tested === undefined ? undefined : (
        <Definitions
          entries={tested.steps.map(({ step, good, detail }) => [
            text.steps[step],
            good ? (
              <Badge key={step} tone="good">
                {text.good}
              </Badge>
            ) : (
              (detail ?? '')
            ),
          ])}
        />
      )}
      {tested?.good === true ? <Note tone="good">{text.testGood}</Note> : undefined}
      <Question
        title={text.removeTitle}
        open={removing}
        onClose={() => setRemoving(false)}
        act={words.remove}
        danger
        onAct={() => void act()}
        pending={remove.pending}
        problem={remove.problem}
      >
        {text.removeNote}
      </Question>
    </Section>
  )
}

const fields = ['name', 'issuer', 'clientId', 'clientSecret', 'domains', 'claim', 'audience']

function SetUp({ provider, customer }: OfProvider<Kept | undefined>) {
  const text = useProviderText()
  const { save, saved } = useOperationText()
  const set = useChange('identity-provider.set')
  const [name, setName] = useState(provider?.name ?? '')
  const [issuer, setIssuer] = useState(provider?.issuer ?? '')
  const [clientId, setClientId] = useState(provider?.clientId ?? '')
  const [clientSecret, setClientSecret] = useState('')
  const [domains, setDomains] = useState((provider?.domains ?? []).join(' '))
  const [claim, setClaim] = useState(provider?.claim ?? 'email')
  const [required, setRequired] = useState(provider?.required ?? false)
  const [vouches, setVouches] = useState(provider?.vouches ?? false)
  const [mailTokens, setMailTokens] = useState<MailTokens>(provider?.mailTokens ?? 'off')
  const [audience, setAudience] = useState(provider?.audience ?? '')
  const submit = async () => {
    const listed = domains.split(/[\s,]+/).filter((domain) => domain !== '')
    const input: OperationInput<'identity-provider.set'> = {
      ...{ customer, name, issuer, clientId, claim, required, vouches, mailTokens },
      ...{ domains: listed.length === 0 ? null : listed, audience: audience.trim() === '' ? null : audience },
      ...(clientSecret.trim() !== '' && { clientSecret }),
    }
    if ((await set.run(input)) === undefined) return
    setClientSecret('')
    toast(saved)
  }
  const callback = provider && `${window.location.origin}${provider.callbackPath}`
  return (
    <Section title={text.setUp}>
      <Form
        onSubmit={() => void submit()}
        problem={set.problem}
        fields={fields}
        actions={
          <Button type="submit" tone="primary" pending={set.pending}>
            {save}
          </Button>
        }
      >
        <TextField label={text.name} name="name" note={text.nameNote} value={name} onChange={setName} maxLength={64} />
        <TextField label={text.issuer} name="issuer" type="url" note={text.issuerNote} value={issuer} onChange={setIssuer} mono />
        <TextField label={text.clientId} name="clientId" value={clientId} onChange={setClientId} autoComplete="off" mono />
        <TextField
          label={text.clientSecret}
          name="clientSecret"
          type="password"
          {...(provider?.hasSecret === true && { note: text.secretKept })}
          value={clientSecret}
          onChange={setClientSecret}
          autoComplete="off"
        />
        {callback === undefined ? (
          <Note>{text.callbackLater}</Note>
        ) : (
          <Definitions
            entries={[
              [
                text.callback,
                <span key="callback">
                  <code>{callback}</code> <CopyButton value={callback} what={text.callback} />
                </span>,
              ],
            ]}
          />
        )}
        <TextField label={text.domains} name="domains" note={text.domainsNote} optional value={domains} onChange={setDomains} mono />
        <TextField label={text.claim} name="claim" note={text.claimNote} value={claim} onChange={setClaim} mono />
        <Checkbox label={text.required} note={text.requiredNote} on={required} onChange={setRequired} />
        <Checkbox label={text.vouches} note={text.vouchesNote} on={vouches} onChange={setVouches} />
        <Select
          label={text.mailTokens}
          choices={(['off', 'signed', 'asked'] as const).map((value) => ({ value, label: text.tokens[value] }))}
          value={mailTokens}
          onChange={setMailTokens}
        />
        {mailTokens === 'off' ? undefined : (
          <TextField label={text.audience} name="audience" optional={mailTokens === 'asked'} value={audience} onChange={setAudience} mono />
        )}
      </Form>
    </Section>
  )
}

function Unlink({ customer }: { readonly customer: string | undefined }) {
  const text = useProviderText()
  const unlink = useChange('identity-provider.unlink')
  const [name, setName] = useState('')
  const submit = async () => {
    const done = await unlink.run({ customer, name })
    if (done === undefined) return
    setName('')
    toast(text.released(done.name))
  }
  return (
    <Section title={text.unlink} note={text.unlinkNote}>
      <Form
        onSubmit={() => void submit()}
        problem={unlink.problem}
        fields={['name']}
        actions={
          <Button type="submit" pending={unlink.pending}>
            {text.release}
          </Button>
        }
      >
        <TextField label={text.unlinkName} name="name" value={name} onChange={setName} inputMode="email" autoComplete="off" />
      </Form>
    </Section>
  )
}
