import { appendFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { Bench } from './bench.ts'
import { build } from './posthorn.ts'
import { Report } from './report.ts'
import { accounts } from './sections/accounts.ts'
import { delivery, deliveryWithSlowSync, haraka, protection } from './sections/delivery.ts'
import { disk } from './sections/disk.ts'
import { filter } from './sections/filter.ts'
import { flood } from './sections/flood.ts'
import { growth } from './sections/growth.ts'
import { idle } from './sections/idle.ts'
import { leaked } from './sections/leaked.ts'
import { micro } from './sections/micro.ts'
import { notify } from './sections/notify.ts'
import { letters } from './sections/letters.ts'
import { panel } from './sections/panel.ts'
import { processes } from './sections/processes.ts'
import { pop3 } from './sections/pop3.ts'
import { queue } from './sections/queue.ts'
import { cold, reading } from './sections/reading.ts'
import { refusals } from './sections/refusals.ts'
import { appending, signIns } from './sections/sessions.ts'
import { sending } from './sections/sending.ts'
import { start } from './sections/start.ts'

/** What clients do; `reading` asks for all of them. */
const reader = { commands: reading, cold, growth, accounts, 'sign-in': signIns, append: appending, pop3, idle } as const
/** In the order of a whole run; `micro` only runs when it is asked for. */
const sections = {
  start,
  notify,
  refusals,
  protection,
  delivery,
  'slow-sync': deliveryWithSlowSync,
  haraka,
  filter,
  disk,
  flood,
  queue,
  sending,
  panel,
  letters,
  leaked,
  processes,
  ...reader,
  micro,
} as const
const usual = Object.keys(sections).filter((name) => name !== 'micro')

const usage = `npm run bench -- [SECTION…] [--quick] [--repetitions N] [--seconds N] [--json FILE]
  SECTION        ${usual.join(', ')}: all of them by default
                 reading: ${Object.keys(reader).join(', ')}; micro: parts of Posthorn by themselves
  --section NAME the same as SECTION
  --quick        one repetition, short loads: does it run at all?
  --repetitions  pairs of runs for each row (5)
  --seconds      of each load (3)
  --full         what takes many minutes, too: a mailbox of 1,000,000 messages
  --json FILE    everything that was measured, one JSON object a line, added to FILE`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    section: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    repetitions: { type: 'string' },
    seconds: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const wanted = [...positionals, ...values.section].flatMap((name) => (name === 'reading' ? Object.keys(reader) : [name]))
const repetitions = Number(values.repetitions ?? (values.quick ? 1 : 5))
const seconds = Number(values.seconds ?? (values.quick ? 1.5 : 3))
const unknown = wanted.find((name) => !Object.hasOwn(sections, name))
if (values.help || unknown !== undefined || !Number.isInteger(repetitions) || repetitions < 1 || !(seconds > 0)) {
  console.error(unknown === undefined ? usage : `there is no section "${unknown}"\n${usage}`)
  process.exit(values.help ? 0 : 2)
}

const report = new Report(values.json)
const bench = new Bench({ report, repetitions, seconds, quick: values.quick, full: values.full })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    bench.tell(`${signal}: taking everything down`)
    // What fails meanwhile fails because of this.
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', () => {})
    void bench.interrupt().finally(() => process.exit(130))
  })
}

const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? '', node: process.version, repetitions, seconds, startedAt: new Date().toISOString() }
if (values.json !== undefined) appendFileSync(values.json, `${JSON.stringify({ kind: 'machine', ...machine })}\n`)
console.log(
  `# Posthorn, ${machine.startedAt.slice(0, 10)}: ${machine.cpus} × ${machine.model}, Node ${machine.node}, ${repetitions} repetitions of ${seconds} s\n`,
)
await build()
for (const name of wanted.length === 0 ? usual : wanted) {
  const section = sections[name as keyof typeof sections]
  try {
    await section(bench)
  } catch (error) {
    if (bench.interrupted) break
    report.remark(`Broken off: ${error instanceof Error ? error.message : String(error)}`)
    bench.tell(error instanceof Error ? (error.stack ?? error.message) : String(error))
    process.exitCode = 1
  }
  console.log(report.newSections())
}
await bench.end()
