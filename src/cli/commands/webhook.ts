import type { Command } from 'commander'
import { type EventType, eventTypes } from '../../base/event-type.ts'
import type { DeliveryShown, WebhookShown } from '../../api/contract/webhooks.ts'
import { allPages } from '../all-pages.ts'
import { branch, type Cli, collect, type Given, leaf } from '../command.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'

export function webhookCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const words = t.webhook
  const webhook = branch(program, 'webhook', words.about)
  const all = eventTypes.join(', ')
  const eventsOf = (given: Given): EventType[] =>
    given.texts('event').map((text) => {
      const found = eventTypes.find((type) => type === text.toLowerCase())
      if (found === undefined) throw new WrongUse(words.noEvent(text, all))
      return found
    })
  const minute = (moment: string) => moment.slice(0, 16)
  const state = ({ state: is, failingSince }: WebhookShown) =>
    is === 'on' && failingSince !== null ? words.failingSince(minute(failingSince)) : words.states[is]

  leaf(cli, webhook, 'add <url>', {
    summary: words.add,
    examples: [
      'webhook add https://billing.example.org/mail --event mailbox.added --event mailbox.removed',
      'webhook add https://b.example/hook --customer books --event quota.reached',
    ],
    more: words.events(all),
    options: (command) =>
      command
        .requiredOption('--event <event>', words.event, collect)
        .option('--customer <name>', words.customer)
        .option('--description <text>', words.description),
    async run(invocation, given) {
      const [customer, description] = [given.text('customer'), given.text('description')]
      const done = await invocation.run('webhook.add', {
        ...{ url: given.argument(0), events: eventsOf(given) },
        ...(customer === undefined ? {} : { customer }),
        ...(description === undefined ? {} : { description }),
      })
      invocation.print(done, words.added(done.id, done.secret))
    },
  })

  leaf(cli, webhook, 'list', {
    summary: words.list,
    examples: ['webhook list', 'webhook list --customer books'],
    options: (command) => command.option('--customer <name>', words.ofCustomer),
    async run(invocation, given) {
      const customer = given.text('customer')
      const { webhooks } = await invocation.run('webhook.list', customer === undefined ? {} : { customer })
      const rows = webhooks.map((row) => [row.id, row.customer ?? '', state(row), String(row.waiting), row.url, row.events.join(', ')])
      invocation.print(webhooks, table([words.id, t.columns.customer, words.state, words.waiting, words.url, words.eventsColumn], rows))
    },
  })

  leaf(cli, webhook, 'set <id>', {
    summary: words.set,
    examples: ['webhook set 5f0c2a9be4d7713a --off', 'webhook set 5f0c2a9be4d7713a --url https://new.example.org/mail --event mailbox.added'],
    more: words.events(all),
    options: (command) =>
      command
        .option('--url <url>', words.newUrl)
        .option('--event <event>', words.event, collect)
        .option('--description <text>', words.description)
        .option('--on', words.on)
        .option('--off', words.off),
    async run(invocation, given) {
      const [url, description] = [given.text('url'), given.text('description')]
      const events = eventsOf(given)
      const done = await invocation.run('webhook.set', {
        id: given.argument(0),
        ...(url === undefined ? {} : { url }),
        ...(description === undefined ? {} : { description }),
        ...(events.length === 0 ? {} : { events }),
        ...(given.flag('on') || given.flag('off') ? { on: given.flag('on') } : {}),
      })
      invocation.print(done, words.changed(done.id, state(done)))
    },
  })

  leaf(cli, webhook, 'remove <id>', {
    summary: words.remove,
    examples: ['webhook remove 5f0c2a9be4d7713a'],
    async run(invocation, given) {
      const done = await invocation.run('webhook.remove', { id: given.argument(0) })
      invocation.print(done, words.removed(done.id))
    },
  })

  leaf(cli, webhook, 'rotate <id>', {
    summary: words.rotate,
    examples: ['webhook rotate 5f0c2a9be4d7713a'],
    async run(invocation, given) {
      const done = await invocation.run('webhook.rotate', { id: given.argument(0) })
      invocation.print(done, words.rotated(done.secret, minute(done.oldSecretUntil)))
    },
  })

  leaf(cli, webhook, 'test <id>', {
    summary: words.test,
    examples: ['webhook test 5f0c2a9be4d7713a'],
    async run(invocation, given) {
      const done = await invocation.run('webhook.test', { id: given.argument(0) })
      invocation.print(done, words.sent(done.message, given.argument(0)))
    },
  })

  leaf(cli, webhook, 'deliveries <id>', {
    summary: words.deliveries,
    examples: ['webhook deliveries 5f0c2a9be4d7713a', 'webhook deliveries 5f0c2a9be4d7713a --state failed --json'],
    options: (command) => command.option('--state <state>', words.whichState),
    async run(invocation, given) {
      const id = given.argument(0)
      const state = stateOf(given.text('state'), words.noState)
      const rows = await allPages<DeliveryShown>(async (after) => {
        const { deliveries, next } = await invocation.run('webhook.deliveries', { id, ...state, ...after })
        return { rows: deliveries, next }
      })
      const lines = rows.map((row) => [
        ...[minute(row.made), row.type, words.deliveryStates[row.state], String(row.tries)],
        row.status === null ? (row.failure === null ? '' : words.failures[row.failure]) : String(row.status),
        ...[row.took === null ? '' : `${row.took} ms`, row.next === null ? '' : minute(row.next), row.message],
      ])
      const head = [words.made, words.eventColumn, words.state, words.tries, words.answer, words.took, words.nextTry, words.message]
      invocation.print(rows, table(head, lines))
    },
  })

  leaf(cli, webhook, 'resend <id> <message>', {
    summary: words.resend,
    examples: ['webhook resend 5f0c2a9be4d7713a msg_o3jX0v1cB2m9'],
    async run(invocation, given) {
      const done = await invocation.run('webhook.resend', { id: given.argument(0), message: given.argument(1) })
      invocation.print(done, words.sent(done.message, given.argument(0)))
    },
  })
}

function stateOf(text: string | undefined, noState: (text: string) => string): { readonly state?: DeliveryShown['state'] } {
  if (text === undefined) return {}
  if (text === 'waiting' || text === 'delivered' || text === 'failed') return { state: text }
  throw new WrongUse(noState(text))
}
