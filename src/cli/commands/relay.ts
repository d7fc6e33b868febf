import type { Command } from 'commander'
import type { OperationInput } from '../../api/contract.ts'
import type { CaseShown, RelayListing, RelayShown } from '../../api/contract/relays.ts'
import { branch, type Cli, type Given, leaf } from '../command.ts'
import { readPassword } from '../password.ts'
import { table } from '../table.ts'
import type { Texts } from '../texts/en.ts'
import { WrongUse } from '../trouble.ts'
import type { Invocation } from '../invocation.ts'

export function relayCommand(cli: Cli, program: Command): void {
  const { t } = cli
  const relay = branch(program, 'relay', t.relay.about)
  const common = (command: Command) =>
    command
      .option('--hello <name>', t.relay.hello)
      .option('--tls <use>', t.relay.tls)
      .option('--user <name>', t.relay.user)
      .option('--password-stdin', t.relay.passwordStdin)
      .option('--weight <number>', t.relay.weight)
      .option('--class <classes>', t.relay.class)
      .option('--warm-up <curve>', t.relay.warmUp)

  leaf(cli, relay, 'add <name>', {
    summary: t.relay.add,
    examples: [
      'relay add one --ip 192.0.2.1',
      'relay add two --ip 192.0.2.2 --hello mx2.a.example --class trial,forwarded --warm-up 100x1.5x14',
      'relay add provider --smart-host smtp.b.example:587 --user us --password-stdin --weight 0 < file',
    ],
    options: (command) => common(command.option('--ip <address>', t.relay.ip).option('--smart-host <host>', t.relay.smartHost)),
    async run(invocation, given) {
      const done = await invocation.run('relay.add', await input(invocation, given, t))
      invocation.print(done, t.relay.added(done.name))
      if (given.text('ip') !== undefined && given.text('warmUp') === undefined) invocation.note(t.relay.warmsUp)
    },
  })

  leaf(cli, relay, 'set <name>', {
    summary: t.relay.set,
    examples: ['relay set one --weight 3 --class paid', 'relay set one --warm-up none', 'relay set provider --user us --password-stdin < file'],
    options: common,
    async run(invocation, given) {
      const done = await invocation.run('relay.set', await input(invocation, given, t))
      invocation.print(done, t.relay.changed(done.name))
    },
  })

  leaf(cli, relay, 'remove <name>', {
    summary: t.relay.remove,
    examples: ['relay remove one'],
    async run(invocation, given) {
      const done = await invocation.run('relay.remove', { name: given.argument(0) })
      invocation.print(done, t.relay.removed(done.name))
    },
  })

  leaf(cli, relay, 'withdraw <name>', {
    summary: t.relay.withdraw,
    examples: ['relay withdraw one', 'relay withdraw one --reason "moves to another rack"'],
    options: (command) => command.option('--reason <text>', t.relay.reason),
    async run(invocation, given) {
      const why = given.text('reason')
      const done = await invocation.run('relay.withdraw', { name: given.argument(0), ...(why !== undefined && { why }) })
      invocation.print(done, t.relay.withdrawn(done.name))
    },
  })

  leaf(cli, relay, 'return <name>', {
    summary: t.relay.return,
    examples: ['relay return one'],
    async run(invocation, given) {
      const done = await invocation.run('relay.return', { name: given.argument(0) })
      invocation.print(done, done.listedAt.length === 0 ? t.relay.returned(done.name) : t.relay.stillListed(done.name, done.listedAt.join(', ')))
    },
  })

  leaf(cli, relay, 'list', {
    summary: t.relay.list,
    examples: ['relay list', 'relay list --json'],
    async run(invocation) {
      const { relays } = await invocation.run('relay.list', {})
      const c = t.relay.columns
      const head = [c.name, c.way, c.state, c.classes, c.weight, c.delivered, c.deferred, c.failed, c.listed]
      const rows = relays.map((one) => [
        one.name,
        one.address ?? t.relay.machine,
        stateOf(one, t),
        one.classes.join(','),
        String(one.weight),
        ...[one.today.delivered, one.today.deferred, one.today.failed, one.today.listed].map(String),
      ])
      const cases = relays.flatMap((one) => one.cases)
      invocation.print(relays, [table(head, rows), ...(cases.length === 0 ? [] : ['', caseTable(cases, t, Date.now())])].join('\n'))
      if (relays.every(({ kind }) => kind === 'machine')) invocation.note(t.relay.noneSetUp)
    },
  })

  leaf(cli, relay, 'show <name>', {
    summary: t.relay.show,
    examples: ['relay show one'],
    async run(invocation, given) {
      const shown = await invocation.run('relay.show', { name: given.argument(0) })
      invocation.print(shown, words(shown, t))
    },
  })

  leaf(cli, relay, 'check [name]', {
    summary: t.relay.check,
    examples: ['relay check', 'relay check one --json'],
    async run(invocation, given) {
      const name = given.argument(0)
      const { relays } = await invocation.run('relay.check', name === '' ? {} : { name })
      const rows = relays.flatMap(({ name: of, ip, answers }) =>
        answers.map((one) => [of, ip, one.zone, t.relay.answer[one.result], one.result === 'listed' ? one.reason : one.result === 'failed' ? one.why : '']),
      )
      const c = t.relay.columns
      invocation.print(relays, rows.length === 0 ? '' : table([c.name, c.way, c.list, c.answer, c.reason], rows))
      if (rows.length === 0) invocation.note(t.relay.nothingToAsk)
      return relays.some(({ answers }) => answers.some(({ result }) => result === 'listed')) || rows.length === 0 ? 1 : 0
    },
  })

  leaf(cli, relay, 'cases [name]', {
    summary: t.relay.cases,
    examples: ['relay cases', 'relay cases one --since 90d', 'relay cases --applied 7 --note "asked through their form"'],
    options: (command) => command.option('--since <time>', t.relay.since).option('--applied <case>', t.relay.applied).option('--note <text>', t.relay.note),
    async run(invocation, given) {
      const applied = given.text('applied')
      if (applied !== undefined) {
        const done = await invocation.run('relay.applied', { case: numberOf(applied, t), text: given.text('note') ?? '' })
        invocation.print(done, t.relay.noted(done.relay, done.list))
        return 0
      }
      const [name, since] = [given.argument(0), given.text('since')]
      const { cases } = await invocation.run('relay.cases', { ...(name !== '' && { name }), ...(since !== undefined && { since }) })
      invocation.print(cases, cases.length === 0 ? '' : caseTable(cases, t, Date.now()))
      if (cases.length === 0) invocation.note(t.relay.noCases)
      return cases.length === 0 ? 1 : 0
    },
  })
}

/** Only what was given: the rest stays as it is. */
async function input(invocation: Invocation, given: Given, t: Texts): Promise<OperationInput<'relay.add'>> {
  const name = given.argument(0)
  const weight = given.text('weight')
  const tls = given.text('tls')
  const user = given.text('user')
  const texts = { ip: given.text('ip'), helloName: given.text('hello'), smartHost: given.text('smartHost'), warmUp: given.text('warmUp') }
  const wantsPassword = given.flag('passwordStdin') || (user !== undefined && user !== 'none')
  const password = wantsPassword ? await readPassword(invocation, name, given.flag('passwordStdin')) : undefined
  return {
    name,
    ...Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== undefined)),
    ...(tls !== undefined && { tls: oneOf('--tls', tls, ['opportunistic', 'required', 'implicit'], t) }),
    ...(user !== undefined && { user: user === 'none' ? '' : user }),
    ...(password !== undefined && { password }),
    ...(weight !== undefined && { weight: numberOf(weight, t) }),
    ...(given.text('class') !== undefined && { classes: classesOf(given.text('class') ?? '', t) }),
  }
}

function classesOf(text: string, t: Texts) {
  return text.split(',').map((one) => oneOf('--class', one.trim(), ['paid', 'trial', 'forwarded', 'bulk'], t))
}

function oneOf<const Value extends string>(option: string, text: string, values: readonly Value[], t: Texts): Value {
  const found = values.find((value) => value === text)
  if (found === undefined) throw new WrongUse(t.relay.noneOf(option, text, values.join(', ')))
  return found
}

function numberOf(text: string, t: Texts): number {
  if (!/^\d{1,9}$/.test(text)) throw new WrongUse(t.relay.noNumber(text))
  return Number(text)
}

function stateOf({ state, by, until, mostToday, here }: RelayListing, t: Texts): string {
  if (!here) return t.relay.notHere
  if (state === 'withdrawn') return t.relay.withdrawnBy[by ?? 'hand']
  if (state === 'pausing') return t.relay.pausing(time(until ?? ''))
  return state === 'warming' ? t.relay.warming(mostToday ?? 0) : t.relay.in
}

/** Repeated listings of one relay at one list are numbered, since lists keep those longer. */
function caseTable(cases: readonly CaseShown[], t: Texts, nowMs: number): string {
  const c = t.relay.columns
  const seen = new Map<string, number>()
  const rows = cases.map((one) => {
    const key = `${one.relay} ${one.list}`
    const repeat = (seen.get(key) ?? 0) + 1
    seen.set(key, repeat)
    const lasted = duration((one.gone === null ? nowMs : Date.parse(one.gone)) - Date.parse(one.since))
    const name = one.kind === 'host' ? t.relay.saysHost(one.name) : one.name
    const notes = one.notes.map(({ at, kind, text }) => `${time(at)} ${t.relay.noteKind[kind]} ${text}`)
    const detail = [one.reason, ...(one.apply === null || one.gone !== null ? [] : [t.relay.applyAt(one.apply)]), ...notes].join('; ')
    const list = repeat === 1 ? name : t.relay.repeated(name, repeat)
    return [
      String(one.case),
      one.relay,
      one.withdraws ? list : t.relay.shownOnly(list),
      time(one.since),
      lasted,
      one.gone === null ? t.relay.open : time(one.gone),
      detail,
    ]
  })
  return table([c.case, c.name, c.list, c.since, c.lasted, c.gone, c.reason], rows)
}

function words(shown: RelayShown, t: Texts): string {
  const lines = [
    `${shown.name}: ${shown.address ?? t.relay.machine}, ${stateOf(shown, t)}${shown.why === null || shown.why === '' ? '' : ` (${shown.why})`}`,
    t.relay.share(shown.weight, shown.classes.join(', ')),
    ...(shown.warmUp === null ? [] : [t.relay.curve(`${shown.warmUp.firstDay}x${shown.warmUp.growth}x${shown.warmUp.days}`)]),
    ...(shown.tls === null ? [] : [t.relay.tlsIs(shown.tls, shown.user ?? '')]),
    ...(shown.helloName === null ? [] : [helloWords(shown, shown.helloName, t)]),
  ]
  const c = t.relay.columns
  const days = shown.days.map((day) => [day.day, ...[day.delivered, day.deferred, day.failed, day.listed].map(String)])
  if (days.length > 0) lines.push('', table([c.day, c.delivered, c.deferred, c.failed, c.listed], days))
  if (shown.cases.length > 0) lines.push('', caseTable(shown.cases, t, Date.now()))
  return lines.join('\n')
}

function helloWords({ helloVerified, hostNames }: RelayShown, helloName: string, t: Texts): string {
  return helloVerified === true ? t.relay.helloRight(helloName) : t.relay.helloWrong(helloName, (hostNames ?? []).join(', '))
}

/** 2026-05-01 13:30, of the reader's clock. */
function time(iso: string): string {
  const at = new Date(iso)
  const two = (number: number) => String(number).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`
}

function duration(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  if (minutes < 120) return `${minutes} min`
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`
}
