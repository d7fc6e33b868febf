import type { Command } from 'commander'
import { formatSize } from '../../directory/setting-kind.ts'
import { type PlanFeature, planFeatures } from '../../directory/plan-features.ts'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import { readPairs } from '../pairs.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'
import { previewOf, previewOption, printEdited } from './edited.ts'

export function planCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const plan = branch(program, 'plan', t.plan.about)
  const options = (command: Command) =>
    command
      .option('--storage <size>', t.plan.storage)
      .option('--message-size <size>', t.plan.messageSize)
      .option('--mailboxes <number>', t.plan.mailboxes)
      .option('--addresses <number>', t.plan.addresses)
      .option('--domains <number>', t.plan.domains)
      .option('--features <names>', t.plan.features(planFeatures.join(', ')))

  leaf(cli, plan, 'add <name> [key=value...]', {
    summary: t.plan.add,
    examples: ['plan add big --storage 20G --message-size 200M', 'plan add strict --mailboxes 10 spam-level=high'],
    options,
    async run(invocation, given) {
      const done = await invocation.run('plan.add', input(given))
      invocation.print(done, t.plan.added(done.name))
    },
  })

  leaf(cli, plan, 'set <name> [key=value...]', {
    summary: t.plan.set,
    examples: [
      'plan set standard --storage 4G',
      'plan set big --mailboxes none',
      'plan set big spam-level=inherit',
      'plan set small --features lists,autoresponder',
    ],
    options: (command) => previewOption(options(command), t),
    async run(invocation, given) {
      const done = await invocation.run('plan.set', { ...input(given), ...previewOf(given) })
      printEdited(invocation, done, t.plan.changed(done.name), given)
    },
  })

  leaf(cli, plan, 'list', {
    summary: t.plan.list,
    examples: ['plan list --json'],
    async run(invocation) {
      const { plans } = await invocation.run('plan.list', {})
      const number = (value: number | null) => (value === null ? t.unlimited : String(value))
      const c = t.columns
      const head = [c.name, c.storage, c.messageSize, c.mailboxes, c.addresses, c.domains, c.customers]
      const rows = plans.map((row) => [
        row.name,
        row.storageBytes === null ? t.unlimited : formatSize(row.storageBytes),
        formatSize(row.maxMessageBytes),
        ...[row.maxMailboxes, row.maxAddresses, row.maxDomains].map(number),
        String(row.customers),
      ])
      invocation.print(plans, table(head, rows))
    },
  })

  /** Only what was given: the rest stays as it is. */
  function input(given: Given) {
    const limits = (['storage', 'messageSize', 'mailboxes', 'addresses', 'domains'] as const).flatMap((name) => {
      const value = given.text(name)
      return value === undefined ? [] : [[name, value] as const]
    })
    const pairs = given.rest(1)
    const features = given.text('features')
    return {
      name: given.argument(0),
      ...Object.fromEntries(limits),
      ...(features !== undefined && { features: readFeatures(features) }),
      ...(pairs.length === 0 ? {} : { values: readPairs(pairs, 'inherit', t) }),
    }
  }

  function readFeatures(text: string): PlanFeature[] {
    if (text === 'all') return [...planFeatures]
    const names = text === 'none' ? [] : text.split(',').map((name) => name.trim())
    return names.map((name) => {
      const feature = planFeatures.find((one) => one === name)
      if (feature === undefined) throw new WrongUse(t.plan.notFeature(name, planFeatures.join(', ')))
      return feature
    })
  }
}
