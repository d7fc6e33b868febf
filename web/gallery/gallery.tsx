import '../theme/tokens.css'
import '../theme/base.css'
import { type ReactNode, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { Problem } from '../data/problem.ts'
import { useLanguage } from '../text/language.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, buttonLook, IconButton } from '../ui/button.tsx'
import { ChartFrame } from '../ui/chart-frame.tsx'
import { Checkbox } from '../ui/checkbox.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Definitions } from '../ui/definitions.tsx'
import { Dialog, Question } from '../ui/dialog.tsx'
import { Form } from '../ui/form.tsx'
import { Menu } from '../ui/menu.tsx'
import { Note } from '../ui/note.tsx'
import { Crumbs, Grid, Page, Section } from '../ui/page.tsx'
import { Meter, Progress } from '../ui/progress.tsx'
import { RadioCards } from '../ui/radio-cards.tsx'
import { Select } from '../ui/select.tsx'
import { Empty, Loading } from '../ui/state.tsx'
import { Switch } from '../ui/switch.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { TextField } from '../ui/text-field.tsx'
import { Toasts, toast } from '../ui/toast.tsx'

/** Every component of ui/ in its states, for test/browser and for whoever builds a screen. No part of what is shipped. */
function Gallery() {
  const language = useLanguage()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <I18nProvider locale={language}>
      <main>
        <Page
          title="Gallery"
          beside={<Badge tone="accent">New</Badge>}
          lead="Every component in its states."
          crumbs={
            <Crumbs name="Where you are">
              <a href="#start">Start</a>
              <span aria-current="page">Gallery</span>
            </Crumbs>
          }
          actions={
            <a className={buttonLook({ tone: 'primary' })} href="#there">
              Somewhere
            </a>
          }
        >
          <Grid>
            <Buttons />
            <Fields />
            <States />
            <Views />
          </Grid>
          <Rows />
        </Page>
      </main>
      <Toasts />
    </I18nProvider>
  )
}

function Row({ children }: { readonly children: ReactNode }) {
  return <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, alignItems: 'center' }}>{children}</div>
}

function Buttons() {
  const [dialog, setDialog] = useState(false)
  const [question, setQuestion] = useState(false)
  const [done, setDone] = useState('nothing')
  return (
    <Section title="Buttons" note={`Done: ${done}`}>
      <Row>
        <Button onPress={() => setDone('plain')}>Plain</Button>
        <Button tone="primary" icon="add">
          Primary
        </Button>
        <Button tone="danger">Danger</Button>
        <Button tone="quiet" small>
          Quiet
        </Button>
        <Button disabled>Disabled</Button>
        <Button pending onPress={() => setDone('pending')}>
          Pending
        </Button>
        <IconButton icon="settings" name="Settings" />
        <CopyButton what="address" value="ann@a.example" />
        <CopyButton what="address" value="ann@a.example" label="Copy address" />
      </Row>
      <Row>
        <Menu
          name="More"
          entries={[
            { label: 'Rename', icon: 'settings', onPress: () => setDone('rename') },
            { label: 'Remove', icon: 'remove', danger: true, apart: true, onPress: () => setQuestion(true) },
          ]}
        />
        <Button onPress={() => setDialog(true)}>Dialog</Button>
        <Button onPress={() => toast('It was done.', async () => setDone('undone'))}>Toast</Button>
      </Row>
      <Dialog title="A dialog" open={dialog} onClose={() => setDialog(false)}>
        <TextField label="Name" value="" onChange={() => {}} autoFocus />
      </Dialog>
      <Question
        title="Remove it?"
        act="Remove"
        danger
        open={question}
        onClose={() => setQuestion(false)}
        onAct={() => {
          setDone('removed')
          setQuestion(false)
        }}
      >
        It cannot be brought back.
      </Question>
    </Section>
  )
}

const strengths = [
  { value: 'low', label: 'Low', note: 'Little is held back.' },
  { value: 'high', label: 'High', note: 'Much is held back.' },
] as const

function Fields() {
  const [text, setText] = useState('')
  const [strength, setStrength] = useState<'low' | 'high'>('low')
  const [on, setOn] = useState(true)
  const [problem, setProblem] = useState<Problem>()
  return (
    <Section title="Fields">
      <Form
        fields={['quota', 'strength']}
        problem={problem}
        onSubmit={() => setProblem(new Problem(422, 'Wrong.', { quota: 'That is no size; 4G would be one.' }))}
        actions={
          <>
            <Button type="submit" tone="primary">
              Save
            </Button>
            <Button onPress={() => setProblem(new Problem(409, 'It is there already.'))}>Refuse</Button>
          </>
        }
      >
        <TextField label="Quota" name="quota" value={text} onChange={setText} note="4G, 500M or none" optional />
        <TextField label="Password" type="password" value={text} onChange={setText} />
        <TextField label="Text" lines={3} value={text} onChange={setText} />
        <TextField label="Wrong" value="x" onChange={() => {}} error="This is no address." />
        <TextField label="Disabled" value="cannot be changed" onChange={() => {}} disabled />
        <Select label="Strength" name="strength" choices={strengths} value={strength} onChange={setStrength} />
        <RadioCards label="Strength again" choices={strengths} value={strength} onChange={setStrength} />
        <Switch label="Greylisting" note="Who is new waits a minute." on={on} onChange={setOn} />
        <Switch label="Locked" on disabled onChange={setOn} />
        <Checkbox label="Keep a copy" on={on} onChange={setOn} />
      </Form>
    </Section>
  )
}

function States() {
  return (
    <Section title="States" actions={<Badge tone="good">Well</Badge>}>
      <Row>
        <Badge>Plain</Badge>
        <Badge tone="warn">Waiting</Badge>
        <Badge tone="danger">Refused</Badge>
      </Row>
      <Note>Good to know.</Note>
      <Note tone="warn">To be seen to.</Note>
      <Note tone="danger">Wrong.</Note>
      <Note tone="good">All is well.</Note>
      <Meter label="Storage" share={0.85} words="3.4 GB of 4 GB" />
      <Progress label="Import" share={0.3} words="3,000 of 10,000" />
      <Loading />
      <Empty icon="address" title="No addresses yet">
        Add the first one.
      </Empty>
    </Section>
  )
}

function Views() {
  const [tab, setTab] = useState<'one' | 'two'>('one')
  return (
    <Section title="Views">
      <Tabs
        name="Views"
        chosen={tab}
        onChoose={setTab}
        tabs={[
          { key: 'one', label: 'One', content: () => 'The first.' },
          { key: 'two', label: 'Two', content: () => 'The second.' },
        ]}
      />
      <Definitions
        entries={[
          ['Server', 'mx.example.org'],
          ['Port', '993'],
        ]}
      />
      <ChartFrame
        title="Refused"
        legend={[{ label: 'Greylisting', colour: '--chart-1' }]}
        columns={['Day', 'Refused']}
        rows={[
          ['Monday', '3'],
          ['Tuesday', '5'],
        ]}
      >
        <svg viewBox="0 0 100 40">
          <path d="M0 30L50 10L100 20" fill="none" stroke="var(--chart-1)" />
        </svg>
      </ChartFrame>
    </Section>
  )
}

interface Person {
  readonly address: string
  readonly messages: number
}

const people: readonly Person[] = Array.from({ length: 10_000 }, (_, n) => ({ address: `person-${n}@a.example`, messages: (n * 7919) % 1000 }))
const columns: readonly Column<Person>[] = [
  { key: 'address', title: 'Address', sortBy: ({ address }) => address, cell: ({ address }) => <a href={`#${address}`}>{address}</a> },
  { key: 'messages', title: 'Messages', numbers: true, sortBy: ({ messages }) => messages, cell: ({ messages }) => messages, width: '8rem' },
]

function Rows() {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  return (
    <Table
      name="People"
      rows={people}
      idOf={({ address }) => address}
      columns={columns}
      searched={({ address }) => address}
      searchLabel="Search people"
      tools={<span>{chosen.size} chosen</span>}
      selection={{ chosen, onChange: setChosen }}
      menu={({ address }) => <Menu name={`More about ${address}`} entries={[{ label: 'Open', onPress: () => {} }]} />}
    />
  )
}

const place = document.getElementById('root')
if (place !== null) createRoot(place).render(<Gallery />)
