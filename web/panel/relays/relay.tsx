import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { change, useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { useFrameText } from '../frame/text.ts'
import { ChangeRelay } from './change-relay.tsx'
import { RelayCases } from './cases.tsx'
import { RelayDays } from './days.tsx'
import { RelayState, useStateWords } from './relay-state.tsx'
import { useRelaysText } from './text.ts'

export function Relay() {
  const { name } = useParams({ from: '/inside/relays/$name' })
  const text = useRelaysText()
  const frame = useFrameText()
  const relay = useRead('relay.show', { name })
  return (
    <Page
      title={name}
      beside={relay.data === undefined ? undefined : <RelayState relay={relay.data} />}
      crumbs={
        <Crumbs name={frame.crumbs}>
          {[
            <Link key="relays" to="/relays">
              {text.title}
            </Link>,
          ]}
        </Crumbs>
      }
      actions={relay.data === undefined || relay.data.kind === 'machine' ? undefined : <Actions relay={relay.data} />}
    >
      <Loaded of={relay}>
        {(relay) => (
          <>
            <About relay={relay} />
            {relay.kind === 'machine' ? undefined : <RelayCases cases={relay.cases} />}
            <RelayDays days={relay.days} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

type Shown = OperationOutput<'relay.show'>

function About({ relay }: { readonly relay: Shown }) {
  const text = useRelaysText()
  const { list, number } = useWrite()
  const words = useStateWords()
  const { kind, address, helloName, helloVerified, hostNames, tls, user, weight, classes, today } = relay
  const greets = helloVerified === null ? helloName : `${helloName ?? ''} – ${helloVerified ? text.greetsWell : text.greetsBadly}`
  return (
    <Section>
      {relay.state === 'in' && relay.here ? undefined : <Note tone={relay.state === 'warming' ? 'info' : 'warn'}>{words(relay)}</Note>}
      <Definitions
        entries={[
          [text.address, address ?? text.machine] as const,
          ...(hostNames === null ? [] : [[text.hostNames, hostNames.length === 0 ? text.noHostNames : list(hostNames)] as const]),
          ...(greets === null ? [] : [[text.greets, greets] as const]),
          ...(kind === 'smart-host' && tls !== null ? [[text.tls, text.tlses[tls]] as const] : []),
          ...(user === null ? [] : [[text.user, user] as const]),
          [text.carries, list(classes.map((one) => text.classes[one]))] as const,
          ...(kind === 'machine' ? [] : [[text.weight, number(weight)] as const]),
          [text.today, `${text.sentToday(today.delivered)}; ${text.troubles(today.deferred, today.failed, today.listed)}`] as const,
        ]}
      />
    </Section>
  )
}

function Actions({ relay }: { readonly relay: Shown }) {
  const text = useRelaysText()
  const { list } = useWrite()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<'change' | 'withdraw' | 'remove'>()
  const [why, setWhy] = useState('')
  const close = () => setAsked(undefined)
  const back = useChange('relay.return')
  const check = useChange('relay.check')
  const { name } = relay
  const bringBack = async () => {
    const done = await back.run({ name })
    if (done === undefined) return
    toast(done.listedAt.length === 0 ? text.returned(name) : text.stillListed(name, list(done.listedAt)))
  }
  const askLists = async () => {
    const done = await check.run({ name })
    const answers = done?.relays.flatMap((one) => one.answers) ?? []
    if (done === undefined) return
    const of = (result: 'listed' | 'failed') => answers.filter((answer) => answer.result === result).map(({ zone }) => zone)
    const clean = answers.filter(({ result }) => result === 'clean').length
    const found = [
      of('listed').length === 0 ? undefined : `${text.listedAt}: ${list(of('listed'))}.`,
      of('failed').length === 0 ? undefined : `${text.notAnswered}: ${list(of('failed'))}.`,
      clean === 0 ? undefined : text.clean(clean),
    ].filter((words) => words !== undefined)
    toast(found.length === 0 ? text.noLists : found.join(' '))
  }
  return (
    <>
      {relay.kind === 'ip' ? (
        <Button onPress={() => void askLists()} pending={check.pending}>
          {text.check}
        </Button>
      ) : undefined}
      {relay.state === 'withdrawn' ? (
        <Button tone="primary" onPress={() => void bringBack()} pending={back.pending}>
          {text.return}
        </Button>
      ) : (
        <Button onPress={() => setAsked('withdraw')}>{text.withdraw}</Button>
      )}
      <Menu
        name={text.more(name)}
        entries={[
          { label: text.change, icon: 'settings', onPress: () => setAsked('change') },
          { label: text.remove, icon: 'remove', danger: true, apart: true, onPress: () => setAsked('remove') },
        ]}
      />
      <Dialog title={text.changeTitle(name)} open={asked === 'change'} onClose={close}>
        <ChangeRelay relay={relay} onClose={close} />
      </Dialog>
      <Ask
        operation="relay.withdraw"
        input={{ name, ...(why.trim() === '' ? {} : { why: why.trim() }) }}
        onDone={() => toast(text.withdrawn(name), async () => await change('relay.return', { name }))}
        title={text.withdrawTitle(name)}
        act={text.withdraw}
        open={asked === 'withdraw'}
        onClose={close}
      >
        <p>{text.withdrawNote}</p>
        <TextField label={text.why} name="why" value={why} onChange={setWhy} optional />
      </Ask>
      <Ask
        operation="relay.remove"
        input={{ name }}
        onDone={() => {
          toast(text.removed(name))
          void navigate({ to: '/relays' })
        }}
        title={text.removeTitle(name)}
        act={text.remove}
        danger
        open={asked === 'remove'}
        onClose={close}
      >
        <p>{text.removeNote}</p>
      </Ask>
    </>
  )
}
