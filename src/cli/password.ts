import { createInterface } from 'node:readline'
import type { Invocation } from './invocation.ts'
import { CannotDo, WrongUse } from './trouble.ts'

/**
 * The password that a command is to set: one line of standard input (`fromStdin`), or asked for twice on a terminal. Undefined: one
 * is to be made, as nobody can be asked or typed anything. Never from the command line, which everybody on the machine can read.
 */
export async function readPassword(invocation: Invocation, name: string, fromStdin: boolean): Promise<string | undefined> {
  const { io, t } = invocation
  if (fromStdin) {
    const line = await firstLine(io.stdin)
    if (line === undefined || line === '') throw new WrongUse(t.password.noLine)
    return line
  }
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) return undefined
  const first = await ask(invocation, t.password.prompt(name))
  if (first === '') return undefined
  if ((await ask(invocation, t.password.again)) !== first) throw new CannotDo(t.password.different)
  return first
}

/** A password that is only looked at: one line of standard input, asked for without echo on a terminal. */
export async function readPasswordOnce(invocation: Invocation): Promise<string> {
  const { io, t } = invocation
  const isTerminal = io.stdin.isTTY === true && io.stderr.isTTY === true
  const password = isTerminal ? await ask(invocation, t.password.once) : await firstLine(io.stdin)
  if (password === undefined || password === '') throw new WrongUse(t.password.noLine)
  return password
}

/** Without its line end; undefined: nothing came. */
export async function firstLine(input: NodeJS.ReadableStream): Promise<string | undefined> {
  const lines = createInterface({ input })
  try {
    for await (const line of lines) return line
    return undefined
  } finally {
    lines.close()
  }
}

/** Without echo. Ctrl-C ends the command. */
function ask({ io, t }: Invocation, question: string): Promise<string> {
  const { stdin, stderr } = io
  stderr.write(question)
  return new Promise((resolve, reject) => {
    let typed = ''
    const done = (settle: () => void) => {
      stdin.setRawMode?.(false)
      stdin.pause()
      stdin.removeListener('data', onData)
      stderr.write('\n')
      settle()
    }
    const onData = (octets: Buffer | string) => {
      for (const character of octets.toString()) {
        if (character === '\r' || character === '\n' || character === '\u0004') return done(() => resolve(typed))
        if (character === '\u0003') return done(() => reject(new CannotDo(t.password.brokenOff)))
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('')
        else typed += character
      }
    }
    stdin.setRawMode?.(true)
    stdin.on('data', onData)
    stdin.resume()
  })
}
