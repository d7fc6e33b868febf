import type { Command } from 'commander'
import { isAddressSettingKey } from '../../directory/address-settings.ts'
import { branch, type Cli, leaf } from '../command.ts'
import { readPairs } from '../pairs.ts'
import { noteEdit, previewOf, previewOption, printEdited } from './edited.ts'
import { table } from '../table.ts'

export function settingCommand(cli: Cli, program: Command): void {
  const { t, language } = cli
  const setting = branch(program, 'setting', t.setting.about)

  leaf(cli, setting, 'list', {
    summary: t.setting.list,
    examples: ['setting list', 'setting list --json'],
    async run(invocation) {
      const { settings } = await invocation.run('setting.list', {})
      const rows = settings.map((row) => [row.key, row.set ? `${row.value} (${t.setting.default(row.default)})` : row.value, row.meaning[language]])
      invocation.print(settings, table([t.columns.key, t.columns.value, t.columns.meaning], rows))
    },
  })

  leaf(cli, setting, 'get <key>', {
    summary: t.setting.get,
    examples: ['setting get greylisting.delay'],
    async run(invocation, given) {
      const row = await invocation.run('setting.get', { key: given.argument(0) })
      const lines = [
        t.setting.pair(row.key, row.value),
        `  ${row.meaning[language]}`,
        `  ${t.setting.default(row.default)}`,
        `  ${t.setting.right(row.values[language])}`,
      ]
      invocation.print(row, lines.join('\n'))
    },
  })

  leaf(cli, setting, 'set [key=value...]', {
    summary: t.setting.set,
    examples: ['setting set greylisting.delay=5m journal.days=90', 'setting set greylisting.delay=default', 'setting set spam-level=high --preview'],
    options: (command) => previewOption(command, t),
    async run(invocation, given) {
      const done = await invocation.run('setting.set', { values: readPairs(given.rest(0), 'default', t), ...previewOf(given) })
      const lines = Object.entries(done.values).map(([key, value]) => t.setting.pair(key, value))
      if (given.flag('preview')) return printEdited(invocation, done, '', given)
      invocation.print(done.values, lines.join('\n'))
      // What holds for many addresses one may want to take back.
      if (Object.keys(done.values).some(isAddressSettingKey)) noteEdit(invocation, done.edit)
    },
  })
}
