import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import test from 'node:test'
import type { Log } from '../base/log.ts'
import { type LogLevel, logLevelOf, openLog } from './log.ts'

type Line = Readonly<Record<string, unknown>>

/** What the log holds after `use` has written to it. */
async function linesOf(level: LogLevel, use: (log: Log) => void): Promise<Line[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'log-'))
  const file = path.join(folder, 'log')
  const fd = openSync(file, 'w')
  try {
    const { log, flush } = openLog(level, { fd })
    use(log)
    await flush()
    const text = readFileSync(file, 'utf8')
    assert.ok(text === '' || text.endsWith('\n'))
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line)
  } finally {
    closeSync(fd)
    rmSync(folder, { recursive: true })
  }
}

test('a line is one JSON object with level, time, event and fields', async () => {
  const [line] = await linesOf('info', (log) => log.info('mail accepted', { queueId: 'q1', sizeBytes: 12 }))
  assert.match(String(line?.['time']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual({ ...line, time: '' }, { level: 'info', time: '', queueId: 'q1', sizeBytes: 12, event: 'mail accepted' })
})

test('lines below the level are not written', async () => {
  const lines = await linesOf('warn', (log) => {
    log.debug('no')
    log.info('no')
    log.warn('yes')
    log.error('yes')
  })
  assert.deepEqual(
    lines.map((line) => line['level']),
    ['warn', 'error'],
  )
})

test('an error shows its stack and its cause', async () => {
  const err = new Error('index not written', { cause: new Error('disk full') })
  const [line] = await linesOf('info', (log) => log.error('advance failed', { err }))
  const shown = line?.['err'] as { message: string; stack: string; cause: { message: string } }
  assert.equal(shown.message, 'index not written')
  assert.match(shown.stack, /log\.test\.ts/)
  assert.equal(shown.cause.message, 'disk full')
})

test('a secret does not reach the log, at whatever depth it is given', async () => {
  for (const name of ['password', 'newPassword', 'userPass', 'accessToken', 'clientSecret', 'Authorization', 'privateKey', 'saslResponse']) {
    const lines = await linesOf('info', (log) => {
      log.info('flat', { [name]: 'Tr0ub4dor' })
      log.info('deep', { request: { headers: { [name]: 'Tr0ub4dor' } } })
    })
    assert.equal(lines.length, 2)
    assert.doesNotMatch(JSON.stringify(lines), /Tr0ub4dor/, name)
    assert.match(JSON.stringify(lines), /\[hidden\]/, name)
  }
})

test('what only looks like a secret is shown, and what was given stays as it was', async () => {
  const fields = { passed: 3, keyword: '$Junk', login: { password: 'x' } }
  const [line] = await linesOf('info', (log) => log.info('counts', fields))
  assert.equal(line?.['passed'], 3)
  assert.equal(line?.['keyword'], '$Junk')
  assert.equal(fields.login.password, 'x')
})

test('POSTHORN_LOG names a level', () => {
  assert.equal(logLevelOf(undefined), 'info')
  assert.equal(logLevelOf(''), 'info')
  assert.equal(logLevelOf('DEBUG'), 'debug')
  assert.equal(logLevelOf('loud'), undefined)
})

test('a flood of lines arrives in order, each once', async () => {
  const lines = await linesOf('info', (log) => {
    for (let number = 0; number < 20_000; number++) log.info('line', { number })
  })
  assert.deepEqual(
    lines.map((line) => line['number']),
    Array.from({ length: 20_000 }, (_, number) => number),
  )
})

test('a reader who stopped reading costs lines, not time', async () => {
  // A pipe that nobody empties: 64 KiB, then it is full.
  const reader = spawn('sleep', ['60'], { stdio: ['pipe', 'ignore', 'ignore'] })
  const child = spawn(process.execPath, ['--input-type=module', '-e', stuck, import.meta.resolve('./log.ts')], { stdio: ['ignore', 'pipe', reader.stdin] })
  try {
    const [said] = (await once(child.stdout.setEncoding('utf8'), 'data', { signal: AbortSignal.timeout(20_000) })) as [string]
    assert.equal(said, 'still here\n')
  } finally {
    child.kill('SIGKILL')
    reader.kill('SIGKILL')
    await Promise.all([child, reader].map(async (process) => process.exitCode ?? process.signalCode ?? (await once(process, 'exit'))))
  }
})

/** Logs 40 MB, gives the writes a moment, and says so on stdout. */
const stuck = `
  const { openLog } = await import(process.argv[1])
  const { log } = openLog('info')
  for (let number = 0; number < 4000; number++) log.info('line', { filler: 'x'.repeat(10000) })
  setTimeout(() => console.log('still here'), 100)
`
