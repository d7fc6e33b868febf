import type { Command } from 'commander'
import { branch, type Cli, collect, leaf } from '../command.ts'
import { allPages } from '../all-pages.ts'
import { table } from '../table.ts'
import { WrongUse } from '../trouble.ts'

/** forward, list and alias: three kinds of address that point at others, with the same commands. */
export function pointerCommand(cli: Cli, program: Command, kind: 'forward' | 'list' | 'alias'): void {
  const { t } = cli
  const pointer = branch(program, kind, t.pointer.about[kind])
  const name = { forward: 'office', list: 'team', alias: 'a.meier' }[kind]
  const targets = kind === 'list' ? '--to ann@a.example --to bob@a.example' : '--to ann@a.example'
  const to = kind === 'list' ? t.pointer.to : t.pointer.toOne

  leaf(cli, pointer, 'add <address>', {
    summary: t.pointer.add[kind],
    examples: [`${kind} add ${name}@a.example ${targets}`, ...(kind === 'alias' ? ["alias add '*@a.example' --to ann@a.example"] : [])],
    options: (command) => command.requiredOption('--to <address>', to, collect),
    async run(invocation, given) {
      const done = await invocation.run(`${kind}.add`, { address: given.argument(0), to: [...given.texts('to')] })
      invocation.print(done, t.pointer.added(done.address, done.targets.join(', ')))
    },
  })

  leaf(cli, pointer, 'list', {
    summary: t.pointer.list[kind],
    examples: [`${kind} list`, `${kind} list --domain a.example --json`],
    options: (command) => command.option('--domain <domain>', t.mailbox.domainOption),
    async run(invocation, given) {
      const domain = given.text('domain')
      const addresses = await allPages(async (after) => {
        const { addresses: rows, next } = await invocation.run('pointer.list', { kind, domain, ...after })
        return { rows, next }
      })
      const rows = addresses.map((row) => [row.address, row.targets.join(', ')])
      invocation.print(addresses, table([t.columns.address, t.columns.targets], rows))
    },
  })

  leaf(cli, pointer, 'set <address>', {
    summary: t.pointer.set,
    examples: kind === 'list' ? ['list set team@a.example --to eve@a.example --remove bob@a.example'] : [`${kind} set ${name}@a.example --to bob@a.example`],
    options(command) {
      command.option('--to <address>', kind === 'list' ? t.pointer.addOption : t.pointer.toOne, collect)
      return kind === 'list' ? command.option('--remove <address>', t.pointer.removeOption, collect) : command
    },
    async run(invocation, given) {
      const [add, remove] = [[...given.texts('to')], [...given.texts('remove')]]
      if (add.length + remove.length === 0) throw new WrongUse(t.usage.missingOption('--to'))
      const done = await invocation.run('pointer.set', { kind, address: given.argument(0), add, remove })
      invocation.print(done, t.pointer.added(done.address, done.targets.join(', ')))
    },
  })

  leaf(cli, pointer, 'remove <address>', {
    summary: t.pointer.remove,
    examples: [`${kind} remove ${name}@a.example`],
    async run(invocation, given) {
      const done = await invocation.run('pointer.remove', { kind, address: given.argument(0) })
      invocation.print(done, t.pointer.removed(done.address))
    },
  })
}
