import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Grid, Section } from '../../ui/page.tsx'
import { Select } from '../../ui/select.tsx'
import { Loaded } from '../../ui/state.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useAddressText } from './text.ts'
import { useAddress, useMayHere } from './this-address.ts'

type Autoresponder = NonNullable<OperationOutput<'autoresponder.show'>['autoresponder']>

const everyChoices = ['1d', '3d', '7d', '14d', '30d'] as const
const zones = Intl.supportedValuesOf('timeZone')

/** What a mailbox answers while its owner is away. */
export function Absence() {
  const address = useAddress()
  const shown = useRead('autoresponder.show', { address })
  return <Loaded of={shown}>{({ autoresponder }) => <Answer key={address} address={address} now={autoresponder} />}</Loaded>
}

function Answer({ address, now }: { readonly address: string; readonly now: Autoresponder | null }) {
  const { absence: text } = useAddressText()
  const mayHere = useMayHere()('help', true)
  const [subject, setSubject] = useState(now?.subject ?? '')
  const [words, setWords] = useState(now?.text ?? '')
  const [from, setFrom] = useState(now?.from ?? '')
  const [to, setTo] = useState(now?.to ?? '')
  const [zone, setZone] = useState(now?.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [every, setEvery] = useState(now?.every ?? '7d')
  const set = useChange('autoresponder.set')
  const off = useChange('autoresponder.off')
  const wanted = { address, subject: orNothing(subject), text: words, html: now?.html ?? undefined, from: orNothing(from), to: orNothing(to), zone, every }
  const turnOn = async () => {
    if ((await set.run(wanted)) !== undefined) toast(text.turnedOn, async () => await change('autoresponder.off', { address }))
  }
  const turnOff = async () => {
    if ((await off.run({ address })) !== undefined) toast(text.turnedOff, async () => await change('autoresponder.set', wanted))
  }
  const isOn = now?.on === true
  const everyShown = everyChoices.some((choice) => choice === every) ? everyChoices : [...everyChoices, every]
  return (
    <Section title={text.title} note={text.note} actions={<State now={now} />}>
      <Form
        onSubmit={() => void turnOn()}
        problem={set.problem ?? off.problem}
        fields={['subject', 'text', 'from', 'to', 'zone', 'every']}
        actions={
          mayHere ? (
            <>
              <Button type="submit" tone="primary" pending={set.pending}>
                {isOn ? text.save : text.turnOn}
              </Button>
              {isOn ? (
                <Button onPress={() => void turnOff()} pending={off.pending}>
                  {text.turnOff}
                </Button>
              ) : undefined}
            </>
          ) : undefined
        }
      >
        <TextField
          label={text.subject}
          name="subject"
          note={text.subjectNote}
          optional
          value={subject}
          onChange={setSubject}
          maxLength={200}
          disabled={!mayHere}
        />
        <TextField label={text.text} name="text" lines={7} value={words} onChange={setWords} disabled={!mayHere} />
        <Grid>
          <TextField label={text.from} name="from" type="date" optional value={from} onChange={setFrom} disabled={!mayHere} />
          <TextField label={text.to} name="to" type="date" optional value={to} onChange={setTo} disabled={!mayHere} />
          <Select
            label={text.zone}
            name="zone"
            note={text.zoneNote}
            choices={(zones.includes(zone) ? zones : [zone, ...zones]).map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
            value={zone}
            onChange={setZone}
            disabled={!mayHere}
          />
          <Select
            label={text.every}
            name="every"
            choices={everyShown.map((value) => ({ value, label: text.everyChoices[value as '7d'] ?? value }))}
            value={every}
            onChange={setEvery}
            disabled={!mayHere}
          />
        </Grid>
      </Form>
    </Section>
  )
}

function State({ now }: { readonly now: Autoresponder | null }) {
  const { absence: text } = useAddressText()
  const [opened] = useState(() => new Date())
  if (now?.on !== true) return <Badge>{text.off}</Badge>
  // The days of the mailbox's own time zone, not of the one who looks.
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: now.zone }).format(opened)
  if (now.to !== null && now.to < today) return <Badge>{text.over(now.to)}</Badge>
  if (now.from !== null && now.from > today) return <Badge tone="accent">{text.onFrom(now.from)}</Badge>
  return <Badge tone="good">{text.on}</Badge>
}

function orNothing(text: string): string | undefined {
  return text.trim() === '' ? undefined : text.trim()
}
