import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { OperationOutput } from '../../data/call.ts'
import { useMe } from '../../data/me.ts'
import { useRead } from '../../data/operations.ts'
import { useWrite } from '../../text/write.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Page } from '../../ui/page.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Empty, Loaded } from '../../ui/state.tsx'
import { Table } from '../../ui/table.tsx'
import { WebhookForm } from './webhook-form.tsx'
import { useWebhooksText } from './text.ts'
import styles from './webhooks.module.css'

export type WebhookShown = OperationOutput<'webhook.list'>['webhooks'][number]

/** Programs that are told what happens. */
export function Webhooks() {
  const text = useWebhooksText()
  const { number } = useWrite()
  const { customer: own, reseller } = useMe()
  const go = useNavigate()
  const [adding, setAdding] = useState(false)
  const [added, setAdded] = useState<{ readonly id: string; readonly secret: string }>()
  const list = useRead('webhook.list', {})
  const add = (
    <Button tone="primary" icon="add" onPress={() => setAdding(true)}>
      {text.add}
    </Button>
  )
  const showIt = () => {
    if (added !== undefined) void go({ to: '/webhooks/$webhook', params: { webhook: added.id } })
    setAdded(undefined)
  }
  return (
    <Page title={text.title} lead={text.lead} actions={add}>
      <Loaded of={list}>
        {({ webhooks }) => (
          <Table
            name={text.title}
            rows={webhooks}
            idOf={({ id }) => id}
            empty={
              <Empty icon="bell" title={text.none}>
                {text.noneNote}
              </Empty>
            }
            columns={[
              {
                key: 'url',
                title: text.url,
                sortBy: ({ url }) => url,
                cell: ({ id, url, description }) => (
                  <Link to="/webhooks/$webhook" params={{ webhook: id }} className={styles.url}>
                    {description === '' ? url : description}
                  </Link>
                ),
              },
              ...(own === null || reseller
                ? [
                    {
                      key: 'customer',
                      title: text.customer,
                      sortBy: ({ customer }: WebhookShown) => customer ?? '',
                      cell: ({ customer }: WebhookShown) => customer ?? text.installation,
                      onlyWide: true,
                    },
                  ]
                : []),
              { key: 'state', title: text.state, cell: (webhook) => <WebhookState of={webhook} /> },
              { key: 'waiting', title: text.waiting, numbers: true, onlyWide: true, width: '7rem', cell: ({ waiting }) => number(waiting) },
            ]}
          />
        )}
      </Loaded>
      <Dialog title={text.addTitle} open={adding} onClose={() => setAdding(false)} wide>
        <WebhookForm
          onAdded={(made) => {
            setAdding(false)
            setAdded(made)
          }}
        />
      </Dialog>
      <Dialog title={text.secretTitle} open={added !== undefined} onClose={showIt}>
        <ShownOnce note={text.secretNote} what={text.secret} secret={added?.secret ?? ''} done={text.done} onDone={showIt} />
      </Dialog>
    </Page>
  )
}

export function WebhookState({ of: { state, failingSince } }: { readonly of: WebhookShown }) {
  const text = useWebhooksText()
  if (state !== 'on') return <Badge tone={state === 'off' ? 'warn' : 'danger'}>{text.states[state]}</Badge>
  return failingSince === null ? <Badge tone="good">{text.states.on}</Badge> : <Badge tone="warn">{text.stumbling}</Badge>
}
