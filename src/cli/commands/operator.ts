import type { Command } from 'commander'
import { branch, type Cli, leaf } from '../command.ts'
import { readPassword } from '../password.ts'
import { table } from '../table.ts'

export function operatorCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const operator = branch(program, 'operator', t.operator.about)

  leaf(cli, operator, 'add <name>', {
    summary: t.operator.add,
    examples: ['operator add anna', 'operator add anna --mailbox anna@a.example --password-stdin < file'],
    options: (command) => command.option('--password-stdin', t.mailbox.passwordStdin).option('--mailbox <address>', t.operator.mailbox),
    async run(invocation, given) {
      const name = given.argument(0)
      const password = await readPassword(invocation, name, given.flag('passwordStdin'))
      const mailbox = given.text('mailbox')
      const done = await invocation.run('operator.add', {
        name,
        ...(password === undefined ? {} : { password }),
        ...(mailbox === undefined ? {} : { mailbox }),
      })
      const words = done.password === undefined ? [] : [t.password.generated(done.name, done.password)]
      invocation.print(done, [t.operator.added(done.name), ...words].join('\n'))
    },
  })

  leaf(cli, operator, 'password <name>', {
    summary: t.operator.password,
    examples: ['operator password anna', 'operator password anna --password-stdin < file'],
    options: (command) => command.option('--password-stdin', t.mailbox.passwordStdin),
    async run(invocation, given) {
      const name = given.argument(0)
      const password = await readPassword(invocation, name, given.flag('passwordStdin'))
      const done = await invocation.run('operator.password', { name, ...(password === undefined ? {} : { password }) })
      invocation.print(done, done.password === undefined ? t.operator.changed(done.name) : t.password.generated(done.name, done.password))
    },
  })

  leaf(cli, operator, 'remove <name>', {
    summary: t.operator.remove,
    examples: ['operator remove anna'],
    async run(invocation, given) {
      const done = await invocation.run('operator.remove', { name: given.argument(0) })
      invocation.print(done, t.operator.removed(done.name))
    },
  })

  leaf(cli, operator, 'list', {
    summary: t.operator.list,
    examples: ['operator list'],
    async run(invocation) {
      const { operators } = await invocation.run('operator.list', {})
      const rows = operators.map((row) => [row.name, row.mailbox ?? ''])
      invocation.print(operators, table([t.columns.name, t.columns.mailbox], rows))
    },
  })
}
