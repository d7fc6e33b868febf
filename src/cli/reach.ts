import { existsSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OperationInput, OperationName, OperationOutput } from '../api/contract.ts'
import { Refused } from '../api/refused.ts'
import type { ControlAnswer, ControlRequest } from '../app/control.ts'
import type { Config } from '../config/config.ts'
import type { Texts } from './texts/en.ts'
import { CannotDo } from './trouble.ts'

/** An installation that operations can be run on. */
export interface Installation {
  run<Name extends OperationName>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>>
  close(): Promise<void>
}

/** Another command, or a server that is starting, lets go or answers within this. */
const patienceMs = 10_000
const retryMs = 50

/** Through the running server where one answers; else by opening the data under the lock. */
export async function reach(config: Config, t: Texts): Promise<Installation> {
  const path = join(config.data, 'control.sock')
  const endMs = performance.now() + patienceMs
  for (;;) {
    const socket = await tryConnect(path)
    if (socket !== undefined) return overSocket(socket, t)
    const { LockHeld, openInstallation } = await import('../app/installation.ts')
    try {
      return await openInstallation(config)
    } catch (error) {
      if (!(error instanceof LockHeld)) throw error
      const pid = error.pid === undefined ? '' : ` (${error.pid})`
      if (performance.now() >= endMs) throw new CannotDo(t.trouble.inUse(error.folder, pid))
    }
    await sleep(retryMs)
  }
}

/** Undefined: nobody listens there. */
function tryConnect(path: string): Promise<Socket | undefined> {
  if (!existsSync(path)) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined)
      else reject(error)
    })
  })
}

/** Requests one after another over the control socket. */
function overSocket(socket: Socket, t: Texts): Installation {
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  let id = 0
  return {
    async run(name, input) {
      id += 1
      const request: ControlRequest = { id, operation: name, input }
      socket.write(`${JSON.stringify(request)}\n`)
      const line = await lines.next().catch(() => ({ done: true as const, value: undefined }))
      if (line.done === true) throw new CannotDo(t.trouble.controlLost)
      return resultOf(JSON.parse(line.value) as ControlAnswer) as OperationOutput<typeof name>
    },
    async close() {
      socket.destroy()
    },
  }
}

function resultOf(answer: ControlAnswer): unknown {
  if ('result' in answer) return answer.result
  const { error } = answer
  if (error.kind === 'refused') throw new Refused(error.code, error.field, error.text)
  throw new Error(error.message)
}
