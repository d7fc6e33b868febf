import type { Command } from 'commander'
import type { OperationOutput } from '../../api/contract.ts'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import { readPairs } from '../pairs.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { previewOf, previewOption, printEdited, printMany } from './edited.ts'

export function templateCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const template = branch(program, 'template', t.template.about)
  const customerOption = (command: Command) => command.option('--customer <name>', t.template.customer)

  leaf(cli, template, 'add <name> [key=value...]', {
    summary: t.template.add,
    examples: ['template add strict spam-level=high greylisting=on', 'template add shop --customer books spam-level=low'],
    options: customerOption,
    async run(invocation, given) {
      const done = await invocation.run('template.add', { ...named(given), ...values(given, t) })
      invocation.print(done, t.template.added(done.name))
    },
  })

  leaf(cli, template, 'set <name> [key=value...]', {
    summary: t.template.set,
    examples: ['template set strict spam-level=very-high', 'template set strict greylisting=inherit', 'template set strict --rename stricter'],
    options: (command) => previewOption(customerOption(command).option('--rename <name>', t.template.rename), t),
    async run(invocation, given) {
      const rename = given.text('rename')
      const changes = rename === undefined || given.rest(1).length > 0 ? values(given, t) : {}
      const done = await invocation.run('template.set', { ...named(given), ...changes, ...(rename !== undefined && { rename }), ...previewOf(given) })
      printEdited(invocation, done, t.template.changed(done.name), given)
    },
  })

  leaf(cli, template, 'remove <name>', {
    summary: t.template.remove,
    examples: ['template remove strict'],
    options: (command) => previewOption(customerOption(command), t),
    async run(invocation, given) {
      const done = await invocation.run('template.remove', { ...named(given), ...previewOf(given) })
      printEdited(invocation, done, t.template.removed(done.name), given)
    },
  })

  for (const [verb, text] of [
    ['assign', t.template.assign],
    ['unassign', t.template.unassign],
  ] as const)
    leaf(cli, template, `${verb} <name> <address-or-domain...>`, {
      summary: text,
      examples: [`template ${verb} strict ann@a.example bob@a.example`, `template ${verb} strict a.example --preview`],
      options: (command) => previewOption(command, t),
      async run(invocation, given) {
        const names = given.rest(1)
        const name = given.argument(0)
        const addresses = names.filter((one) => one.includes('@'))
        for (const domain of names.filter((one) => !one.includes('@'))) {
          const done = await invocation.run('domain.set', { domain, template: verb === 'assign' ? name : null, ...previewOf(given) })
          printEdited(invocation, done, t.domain.changed(done.domain), given)
        }
        if (addresses.length === 0) return
        const [select, to] = verb === 'assign' ? [{ addresses }, name] : [{ addresses, template: name }, null]
        printMany(invocation, await invocation.run('address.set-many', { select, template: to, ...previewOf(given) }), given)
      },
    })

  leaf(cli, template, 'list', {
    summary: t.template.list,
    examples: ['template list', 'template list --json'],
    async run(invocation) {
      const { templates } = await invocation.run('template.list', {})
      const rows = templates.map((row) => [row.name, row.customer ?? t.template.everybody, String(row.domains), String(row.addresses), pairs(row.values, t)])
      const c = t.columns
      invocation.print(templates, table([c.name, c.customer, c.domains, c.addresses, c.value], rows))
    },
  })

  leaf(cli, template, 'show <name>', {
    summary: t.template.show,
    examples: ['template show strict', 'template show shop --customer books --json'],
    options: customerOption,
    async run(invocation, given) {
      const shown = await invocation.run('template.show', named(given))
      invocation.print(shown, words(shown, t))
    },
  })
}

function named(given: Given) {
  const customer = given.text('customer')
  return { name: given.argument(0), ...(customer !== undefined && { customer }) }
}

function values(given: Given, t: Texts) {
  return { values: readPairs(given.rest(1), 'inherit', t) }
}

function pairs(values: Readonly<Record<string, string>>, t: Texts): string {
  const all = Object.entries(values).map(([key, value]) => `${key}=${value}`)
  return all.length === 0 ? t.template.noValues : all.join(' ')
}

function words({ template, domains, addresses, next }: OperationOutput<'template.show'>, t: Texts): string {
  const users = [...domains.map((domain) => `@${domain}`), ...addresses]
  const lines = [`${template.name} ${template.customer ?? t.template.everybody}`, pairs(template.values, t), '']
  return [...lines, ...(users.length === 0 ? [t.template.nobody] : users), ...(next === null ? [] : [t.template.more])].join('\n')
}
