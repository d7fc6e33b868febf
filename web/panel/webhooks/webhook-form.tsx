import { useState } from 'react'
import { useChange } from '../../data/operations.ts'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { type Event, Events } from './events.tsx'
import { useWebhooksText } from './text.ts'
import type { WebhookShown } from './webhooks.tsx'

interface WebhookFormProps {
  /** One that is there; undefined: it is to be added. */
  readonly webhook?: WebhookShown
  readonly onAdded?: (added: { readonly id: string; readonly secret: string }) => void
  readonly onSaved?: () => void
}

export function WebhookForm({ webhook, onAdded, onSaved }: WebhookFormProps) {
  const text = useWebhooksText()
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [events, setEvents] = useState<readonly Event[]>(webhook?.events ?? [])
  const add = useChange('webhook.add')
  const set = useChange('webhook.set')
  const submit = async () => {
    const wanted = { url, description, events: [...events] }
    if (webhook === undefined) {
      const done = await add.run(wanted)
      if (done !== undefined) onAdded?.(done)
    } else if ((await set.run({ id: webhook.id, ...wanted })) !== undefined) onSaved?.()
  }
  return (
    <Form
      onSubmit={() => void submit()}
      problem={add.problem ?? set.problem}
      fields={['url', 'description']}
      actions={
        <Button type="submit" tone="primary" pending={add.pending || set.pending} disabled={events.length === 0}>
          {webhook === undefined ? text.add : text.save}
        </Button>
      }
    >
      <TextField label={text.url} name="url" type="url" value={url} onChange={setUrl} note={text.urlNote} required autoFocus />
      <TextField label={text.description} name="description" value={description} onChange={setDescription} note={text.descriptionNote} optional />
      <Events chosen={events} onChange={setEvents} />
    </Form>
  )
}
