import { type Command, Option } from 'commander'
import { branch, type Cli, leaf } from '../command.ts'
import { readPairs } from '../pairs.ts'
import { allPages } from '../all-pages.ts'
import { previewOf, previewOption, printEdited } from './edited.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'
import { lockOf, lockOptions, wholeLockOptions } from './lock.ts'

export function customerCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const customer = branch(program, 'customer', t.customer.about)

  leaf(cli, customer, 'add <name>', {
    summary: t.customer.add,
    examples: ['customer add books', 'customer add books --plan big'],
    options: (command) => command.option('--plan <name>', t.customer.plan),
    async run(invocation, given) {
      const plan = given.text('plan')
      const done = await invocation.run('customer.add', { name: given.argument(0), ...(plan === undefined ? {} : { plan }) })
      invocation.print(done, t.customer.added(done.name, done.plan))
    },
  })

  leaf(cli, customer, 'list', {
    summary: t.customer.list,
    examples: ['customer list'],
    async run(invocation) {
      const customers = await allPages(async (after) => {
        const { customers: rows, next } = await invocation.run('customer.list', after)
        return { rows, next }
      })
      const head = [t.columns.name, t.columns.plan, t.columns.domains, t.columns.mailboxes, t.columns.reseller]
      const rows = customers.map((row) => [
        row.name,
        row.plan,
        String(row.domains),
        String(row.mailboxes),
        row.reseller ? t.customer.isReseller : (row.resellerOf ?? ''),
      ])
      invocation.print(customers, table(head, rows))
    },
  })

  leaf(cli, customer, 'set <name> [key=value...]', {
    summary: t.customer.set,
    examples: [
      'customer set books --plan big',
      'customer set books spam-level=high',
      'customer set north --reseller on',
      'customer set books --reseller-of north',
    ],
    options: (command) =>
      previewOption(
        command
          .option('--plan <name>', t.customer.plan)
          .addOption(new Option('--reseller <on|off>', t.customer.reseller).choices(['on', 'off']))
          .option('--reseller-of <name>', t.customer.resellerOf),
        t,
      ),
    async run(invocation, given) {
      const [plan, reseller, resellerOf] = [given.text('plan'), given.text('reseller'), given.text('resellerOf')]
      const pairs = given.rest(1)
      const changes = {
        ...(plan === undefined ? {} : { plan }),
        ...(reseller === undefined ? {} : { reseller: reseller === 'on' }),
        ...(resellerOf === undefined ? {} : { resellerOf: resellerOf === 'none' ? null : resellerOf }),
        ...(pairs.length === 0 ? {} : { values: readPairs(pairs, 'inherit', t) }),
      }
      if (Object.keys(changes).length === 0) throw new WrongUse(t.usage.noPairs)
      const done = await invocation.run('customer.set', { name: given.argument(0), ...changes, ...previewOf(given) })
      printEdited(invocation, done, t.customer.changed(done.name), given)
    },
  })

  leaf(cli, customer, 'remove <name>', {
    summary: t.customer.remove,
    examples: ['customer remove books'],
    async run(invocation, given) {
      const done = await invocation.run('customer.remove', { name: given.argument(0) })
      invocation.print(done, t.customer.removed(done.name))
    },
  })

  leaf(cli, customer, 'lock <name>', {
    summary: t.customer.lock,
    examples: ['customer lock books --reason "unpaid since May" --mail accept', 'customer lock books --reason "asked for it" --until 30d'],
    options: (command) => wholeLockOptions(command, t),
    async run(invocation, given) {
      const done = await invocation.run('customer.lock', { name: given.argument(0), ...lockOf(given) })
      invocation.print(done, t.customer.locked(done.name))
    },
  })

  leaf(cli, customer, 'unlock <name>', {
    summary: t.customer.unlock,
    examples: ['customer unlock books'],
    async run(invocation, given) {
      const done = await invocation.run('customer.unlock', { name: given.argument(0) })
      invocation.print(done, t.customer.unlocked(done.name))
    },
  })

  leaf(cli, customer, 'lock-sending <name>', {
    summary: t.customer.lockSending,
    examples: ['customer lock-sending books --reason "sends spam since 14:10"'],
    options: (command) => lockOptions(command, t),
    async run(invocation, given) {
      const done = await invocation.run('customer.lock-sending', { name: given.argument(0), ...lockOf(given) })
      invocation.print(done, t.customer.sendingLocked(done.name))
    },
  })

  leaf(cli, customer, 'unlock-sending <name>', {
    summary: t.customer.unlockSending,
    examples: ['customer unlock-sending books'],
    async run(invocation, given) {
      const done = await invocation.run('customer.unlock-sending', { name: given.argument(0) })
      invocation.print(done, t.customer.sendingUnlocked(done.name))
    },
  })
}
