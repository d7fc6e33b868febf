import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Button } from '../../ui/button.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { Ask } from '../ask.tsx'
import { useFrameText } from '../frame/text.ts'
import { Deliveries } from './deliveries.tsx'
import { useWebhooksText } from './text.ts'
import { WebhookForm } from './webhook-form.tsx'
import { type WebhookShown, WebhookState } from './webhooks.tsx'
import styles from './webhooks.module.css'

/** What came of messages shows within this. */
const whileWaitingMs = 3_000

/** One webhook: whether it works, what it is told of, what was sent. */
export function Webhook() {
  const { webhook: id } = useParams({ from: '/inside/webhooks/$webhook' })
  const text = useWebhooksText()
  const frame = useFrameText()
  const list = useRead(
    'webhook.list',
    {},
    { againMs: ({ webhooks }) => (webhooks.some((one) => one.id === id && one.waiting > 0) ? whileWaitingMs : undefined) },
  )
  const webhook = list.data?.webhooks.find((one) => one.id === id)
  return (
    <Page
      title={webhook === undefined ? text.title : webhook.description === '' ? new URL(webhook.url).host : webhook.description}
      beside={webhook === undefined ? undefined : <WebhookState of={webhook} />}
      crumbs={
        <Crumbs name={frame.crumbs}>
          {[
            <Link key="webhooks" to="/webhooks">
              {text.title}
            </Link>,
          ]}
        </Crumbs>
      }
      actions={webhook === undefined ? undefined : <Actions webhook={webhook} />}
    >
      <Loaded of={list}>
        {() =>
          webhook === undefined ? (
            <Empty icon="bell" title={text.none} />
          ) : (
            <>
              <About webhook={webhook} />
              <Deliveries webhook={webhook} />
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

function About({ webhook: { url, events, customer, state, failingSince, dropped, oldSecretUntil } }: { readonly webhook: WebhookShown }) {
  const text = useWebhooksText()
  const { dateTime, count } = useWrite()
  const [one = '', many = ''] = text.droppedEvents
  const trouble = { on: undefined, off: text.offNote, gone: text.goneNote, failing: text.failingNote }[state]
  return (
    <Section>
      {trouble === undefined ? undefined : <Note tone={state === 'off' ? 'info' : 'warn'}>{trouble}</Note>}
      {state === 'on' && failingSince !== null ? <Note tone="warn">{text.stumblingSince(dateTime(failingSince))}</Note> : undefined}
      {dropped === 0 ? undefined : <Note tone="warn">{text.dropped(count(dropped, one, many))}</Note>}
      {oldSecretUntil === null ? undefined : <Note tone="info">{text.oldUntil(dateTime(oldSecretUntil))}</Note>}
      <Definitions
        entries={[
          [
            text.url,
            <span key="url" className={styles.url}>
              {url}
            </span>,
          ],
          [text.customer, customer ?? text.installation],
          [text.toldOf, events.map((event) => text.event[event]).join(' · ')],
        ]}
      />
    </Section>
  )
}

function Actions({ webhook }: { readonly webhook: WebhookShown }) {
  const { id, state } = webhook
  const text = useWebhooksText()
  const go = useNavigate()
  const [asked, setAsked] = useState<'edit' | 'rotate' | 'remove'>()
  const [secret, setSecret] = useState<string>()
  const test = useChange('webhook.test')
  const set = useChange('webhook.set')
  const close = () => setAsked(undefined)
  const turn = async (on: boolean) => {
    if ((await set.run({ id, on })) !== undefined) toast(on ? text.switchedOn : text.switchedOff)
  }
  return (
    <>
      {state === 'on' ? (
        <Button tone="primary" pending={test.pending} onPress={() => void test.run({ id }).then((done) => done !== undefined && toast(text.testSent))}>
          {text.sendTest}
        </Button>
      ) : (
        <Button tone="primary" pending={set.pending} onPress={() => void turn(true)}>
          {text.switchOn}
        </Button>
      )}
      <Menu
        name={text.more(text.title)}
        entries={[
          { label: text.edit, icon: 'settings', onPress: () => setAsked('edit') },
          { label: text.rotate, icon: 'key', onPress: () => setAsked('rotate') },
          ...(state === 'on' ? [{ label: text.switchOff, icon: 'lock' as const, onPress: () => void turn(false) }] : []),
          { label: text.remove, icon: 'remove', danger: true, apart: true, onPress: () => setAsked('remove') },
        ]}
      />
      <Dialog title={text.editTitle} open={asked === 'edit'} onClose={close} wide>
        <WebhookForm
          webhook={webhook}
          onSaved={() => {
            close()
            toast(text.saved)
          }}
        />
      </Dialog>
      <Ask
        operation="webhook.rotate"
        input={{ id }}
        onDone={(done) => setSecret(done.secret)}
        title={text.rotateTitle}
        act={text.rotate}
        open={asked === 'rotate'}
        onClose={close}
      >
        <p>{text.rotateNote}</p>
      </Ask>
      <Dialog title={text.secretTitle} open={secret !== undefined} onClose={() => setSecret(undefined)}>
        <ShownOnce note={text.secretNote} what={text.secret} secret={secret ?? ''} done={text.done} onDone={() => setSecret(undefined)} />
      </Dialog>
      <Ask
        operation="webhook.remove"
        input={{ id }}
        onDone={() => {
          toast(text.removed)
          void go({ to: '/webhooks' })
        }}
        title={text.removeTitle}
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
