import type { Command } from 'commander'
import { type Role, roles } from '../../base/role.ts'
import { branch, type Cli, leaf } from '../command.ts'
import type { Given } from '../command.ts'
import { readPassword } from '../password.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'

export function personCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const person = branch(program, 'person', t.person.about)
  const ofCustomer = (command: Command) => command.option('--customer <name>', t.person.customer)
  const role = (given: Given): Role => {
    const text = given.text('role')
    const found = roles.find((one) => one === text)
    if (found === undefined) throw new WrongUse(t.person.noRole(roles.join(' | ')))
    return found
  }

  leaf(cli, person, 'add <address>', {
    summary: t.person.add,
    examples: ['person add ann@a.example --customer books --role owner', 'person add help@a.example --customer books --role helpdesk --password-stdin < file'],
    options: (command) =>
      ofCustomer(command)
        .requiredOption('--role <role>', t.person.role(roles.join(' | ')))
        .option('--password-stdin', t.mailbox.passwordStdin),
    async run(invocation, given) {
      const name = given.argument(0)
      const password = await readPassword(invocation, name, given.flag('passwordStdin'))
      const done = await invocation.run('person.add', { ...customer(given), name, role: role(given), ...(password === undefined ? {} : { password }) })
      const words = done.password === undefined ? [] : [t.password.generated(done.name, done.password)]
      invocation.print(done, [t.person.added(done.name), ...words].join('\n'))
    },
  })

  leaf(cli, person, 'list', {
    summary: t.person.list,
    examples: ['person list', 'person list --customer books'],
    options: ofCustomer,
    async run(invocation, given) {
      const { persons } = await invocation.run('person.list', customer(given))
      const rows = persons.map((row) => [row.name, row.customer, row.role])
      invocation.print(persons, table([t.columns.name, t.columns.customer, t.columns.role], rows))
    },
  })

  leaf(cli, person, 'set <address>', {
    summary: t.person.set,
    examples: ['person set ann@a.example --customer books --role manager'],
    options: (command) => ofCustomer(command).requiredOption('--role <role>', t.person.role(roles.join(' | '))),
    async run(invocation, given) {
      const done = await invocation.run('person.set', { ...customer(given), name: given.argument(0), role: role(given) })
      invocation.print(done, t.person.changed(done.name))
    },
  })

  leaf(cli, person, 'password <address>', {
    summary: t.person.password,
    examples: ['person password ann@a.example --customer books --password-stdin < file'],
    options: (command) => ofCustomer(command).option('--password-stdin', t.mailbox.passwordStdin),
    async run(invocation, given) {
      const name = given.argument(0)
      const password = await readPassword(invocation, name, given.flag('passwordStdin'))
      const done = await invocation.run('person.password', { ...customer(given), name, ...(password === undefined ? {} : { password }) })
      invocation.print(done, done.password === undefined ? t.person.changed(done.name) : t.password.generated(done.name, done.password))
    },
  })

  leaf(cli, person, 'remove <address>', {
    summary: t.person.remove,
    examples: ['person remove ann@a.example --customer books'],
    options: ofCustomer,
    async run(invocation, given) {
      const done = await invocation.run('person.remove', { ...customer(given), name: given.argument(0) })
      invocation.print(done, t.person.removed(done.name))
    },
  })
}

function customer(given: Given): { readonly customer?: string } {
  const name = given.text('customer')
  return name === undefined ? {} : { customer: name }
}
