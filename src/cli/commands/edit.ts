import type { Command } from 'commander'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'
import { previewOf, previewOption, printEdited } from './edited.ts'

export function editCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const edit = branch(program, 'edit', t.edit.about)
  const c = t.edit.columns

  leaf(cli, edit, 'list', {
    summary: t.edit.list,
    examples: ['edit list', 'edit list --json'],
    async run(invocation) {
      const { edits } = await invocation.run('edit.list', {})
      const rows = edits.map((row) => {
        const state = [row.undoes === null ? '' : t.edit.undoes(row.undoes), row.undoneBy === null ? '' : t.edit.undoneBy(row.undoneBy)]
        return [String(row.edit), row.at, row.actor, row.change, row.subject, String(row.values), state.filter((text) => text !== '').join(', ')]
      })
      invocation.print(edits, table([c.edit, c.at, c.actor, c.change, c.subject, c.values, c.state], rows))
    },
  })

  leaf(cli, edit, 'show <edit>', {
    summary: t.edit.show,
    examples: ['edit show 17', 'edit show 17 --json'],
    async run(invocation, given) {
      const shown = await invocation.run('edit.show', { edit: number(given, t) })
      const rows = shown.values.map((value) => [value.owner, value.key, value.before ?? t.edit.inherits, value.after ?? t.edit.inherits])
      invocation.print(shown, table([c.owner, c.key, c.before, c.after], rows))
    },
  })

  leaf(cli, edit, 'undo <edit>', {
    summary: t.edit.undo,
    examples: ['edit undo 17', 'edit undo 17 --preview'],
    options: (command) => previewOption(command, t),
    async run(invocation, given) {
      const done = await invocation.run('edit.undo', { edit: number(given, t), ...previewOf(given) })
      printEdited(invocation, done, t.edit.undone(done.undone, done.values), given)
    },
  })
}

function number(given: Given, t: Texts): number {
  const text = given.argument(0)
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new WrongUse(t.edit.notNumber(text))
  return Number(text)
}
