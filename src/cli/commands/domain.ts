import type { Command } from 'commander'
import { branch, type Cli, leaf } from '../command.ts'
import { readPairs } from '../pairs.ts'
import { allPages } from '../all-pages.ts'
import { previewOf, previewOption, printEdited } from './edited.ts'
import { table } from '../table.ts'
import { domainDnsCommand } from './domain-dns.ts'

export function domainCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const domain = branch(program, 'domain', t.domain.about)

  leaf(cli, domain, 'add <domain>', {
    summary: t.domain.add,
    examples: ['domain add a.example', 'domain add bücher.example --customer books'],
    options: (command) => command.option('--customer <name>', t.domain.customer),
    async run(invocation, given) {
      const customer = given.text('customer')
      const done = await invocation.run('domain.add', { domain: given.argument(0), ...(customer === undefined ? {} : { customer }) })
      invocation.print(done, t.domain.added(done.domain, done.customer))
    },
  })

  leaf(cli, domain, 'list', {
    summary: t.domain.list,
    examples: ['domain list', 'domain list --json'],
    async run(invocation) {
      const domains = await allPages(async (after) => {
        const { domains: rows, next } = await invocation.run('domain.list', after)
        return { rows, next }
      })
      const head = [t.columns.domain, t.columns.customer, t.columns.addresses]
      const rows = domains.map((row) => [row.domain, row.customer, String(row.addresses)])
      invocation.print(domains, table(head, rows))
    },
  })

  leaf(cli, domain, 'proof <domain>', {
    summary: t.domain.proof,
    examples: ['domain proof a.example --customer books'],
    options: (command) => command.option('--customer <name>', t.domain.customer),
    async run(invocation, given) {
      const customer = given.text('customer')
      const proof = await invocation.run('domain.proof', { domain: given.argument(0), ...(customer === undefined ? {} : { customer }) })
      invocation.print(proof, `${proof.there ? `; ${t.domain.there}: ` : ''}${proof.line}`)
      return proof.there ? 0 : 1
    },
  })

  domainDnsCommand(cli, domain)

  leaf(cli, domain, 'set <domain> [key=value...]', {
    summary: t.domain.set,
    examples: ['domain set a.example spam-level=high', 'domain set a.example spam-level=inherit', 'domain set a.example --template strict'],
    options: (command) => previewOption(command.option('--template <name>', t.domain.template), t),
    async run(invocation, given) {
      const name = given.text('template')
      const template = name === 'none' ? null : name
      const values = template !== undefined && given.rest(1).length === 0 ? {} : readPairs(given.rest(1), 'inherit', t)
      const done = await invocation.run('domain.set', { domain: given.argument(0), values, ...(template !== undefined && { template }), ...previewOf(given) })
      printEdited(invocation, done, t.domain.changed(done.domain), given)
    },
  })

  leaf(cli, domain, 'remove <domain>', {
    summary: t.domain.remove,
    examples: ['domain remove a.example'],
    async run(invocation, given) {
      const done = await invocation.run('domain.remove', { domain: given.argument(0) })
      invocation.print(done, t.domain.removed(done.domain))
    },
  })
}
