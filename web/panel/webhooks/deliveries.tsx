import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useChange, useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Definitions } from '../../ui/definitions.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Note } from '../../ui/note.tsx'
import { Section } from '../../ui/page.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { toast } from '../../ui/toast.tsx'
import { useWebhooksText } from './text.ts'
import type { WebhookShown } from './webhooks.tsx'
import styles from './webhooks.module.css'

type Delivery = OperationOutput<'webhook.deliveries'>['deliveries'][number]

const shown = 200
/** What came of messages shows within this. */
const whileWaitingMs = 2_000

/** What was sent to a webhook, and what it answered. */
export function Deliveries({ webhook: { id, state } }: { readonly webhook: WebhookShown }) {
  const text = useWebhooksText()
  const { dateTime } = useWrite()
  const [details, setDetails] = useState<Delivery>()
  const resend = useChange('webhook.resend')
  const what = useWhat()
  const answer = useAnswer()
  const list = useRead(
    'webhook.deliveries',
    { id, limit: shown },
    { againMs: ({ deliveries }) => (deliveries.some((one) => one.state === 'waiting') ? whileWaitingMs : undefined) },
  )
  return (
    <Section title={text.messages}>
      {resend.problem === undefined ? undefined : <Note tone="danger">{resend.problem.message}</Note>}
      <Loaded of={list}>
        {({ deliveries }) => (
          <Table
            name={text.messages}
            rows={deliveries}
            idOf={({ message }) => message}
            empty={
              <Empty icon="bell" title={text.noMessages}>
                {text.noMessagesNote}
              </Empty>
            }
            columns={[
              { key: 'what', title: text.what, cell: what },
              { key: 'made', title: text.made, cell: ({ made }) => dateTime(made), onlyWide: true, width: '12rem' },
              { key: 'state', title: text.state, width: '9rem', cell: (row) => <DeliveryState of={row} /> },
              { key: 'answer', title: text.answer, cell: answer, onlyWide: true },
            ]}
            menu={(row) => (
              <Menu
                name={text.more(what(row))}
                entries={[
                  { label: text.show, icon: 'info', onPress: () => setDetails(row) },
                  ...(state === 'on'
                    ? [
                        {
                          label: text.resend,
                          icon: 'undo' as const,
                          onPress: () => void resend.run({ id, message: row.message }).then((done) => done !== undefined && toast(text.resent)),
                        },
                      ]
                    : []),
                ]}
              />
            )}
          />
        )}
      </Loaded>
      <Dialog title={details === undefined ? '' : what(details)} open={details !== undefined} onClose={() => setDetails(undefined)} wide>
        {details === undefined ? undefined : <Details of={details} />}
      </Dialog>
    </Section>
  )
}

/** "ann@a.example: a mailbox is added". */
function useWhat(): (delivery: Delivery) => string {
  const text = useWebhooksText()
  return ({ type, payload }) => {
    if (!Object.hasOwn(text.event, type)) return text.test
    const { address, domain, relay, to, customer } = (payload['data'] ?? {}) as Readonly<Record<string, unknown>>
    const about = [address, domain, relay, to, customer].find((one) => typeof one === 'string')
    const words = text.event[type as keyof typeof text.event]
    return about === undefined ? words : `${about}: ${words}`
  }
}

function useAnswer(): (delivery: Delivery) => string {
  const text = useWebhooksText()
  const { number } = useWrite()
  return ({ status, failure, took }) => {
    const said = status === null ? (failure === null ? '' : text.failures[failure]) : String(status)
    return said === '' || took === null ? said : `${said} · ${number(took)} ms`
  }
}

function DeliveryState({ of: { state, tries, next } }: { readonly of: Delivery }) {
  const text = useWebhooksText()
  if (state === 'delivered') return <Badge tone="good">{text.delivered}</Badge>
  if (state === 'failed') return <Badge tone="danger">{text.givenUp}</Badge>
  return <Badge tone="warn">{tries === 0 || next === null ? text.onItsWay : text.again}</Badge>
}

function Details({ of: delivery }: { readonly of: Delivery }) {
  const text = useWebhooksText()
  const { dateTime, number } = useWrite()
  const answer = useAnswer()
  const { message, made, tried, tries, next, payload } = delivery
  return (
    <>
      <Definitions
        entries={[
          [text.made, dateTime(made)] as const,
          [text.tries, number(tries)] as const,
          [text.answer, tried === null ? '' : `${dateTime(tried)}: ${answer(delivery)}`] as const,
          [text.next, next === null ? '' : dateTime(next)] as const,
          [text.message, <code key="id">{message}</code>] as const,
        ].filter(([, value]) => value !== '')}
      />
      <pre className={styles.payload}>{JSON.stringify(payload, undefined, 2)}</pre>
    </>
  )
}
