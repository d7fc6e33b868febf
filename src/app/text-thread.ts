/** Entry of the threads that read messages for the text index and for searches (text-link.ts starts them). */

import { readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { basename } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { SegmentReader } from '../content/segment-reader.ts'
import { textSearch, textWork } from '../store/fulltext/work.ts'

/** What the thread is told. */
export interface TextThreadData {
  readonly contentFolder: string
  /** Everybody else comes first; or somebody waits for the answer. */
  readonly inBackground: boolean
}

/** One method of TextWork or TextSearch, and its arguments. */
export type TextCall = readonly [id: number, method: 'read' | 'join' | 'renumber' | 'find', args: readonly unknown[]]

export type TextAnswer = readonly [id: number, done: true, result: unknown] | readonly [id: number, done: false, error: unknown]

/** As nice(2): everybody else comes first. */
const lowPriority = 15

const port = parentPort
if (port === null) throw new Error('text-thread is started by TextLink, not by itself')
const { contentFolder, inBackground } = workerData as TextThreadData
if (inBackground) lower()
const content = new SegmentReader({ folder: contentFolder, blocking: true })
const work = { ...textWork(content), ...textSearch(content) }
port.on('message', ([id, method, args]: TextCall) => {
  const run = work[method] as (...given: readonly unknown[]) => Promise<unknown>
  run(...args).then(
    (result) => port.postMessage([id, true, result] satisfies TextAnswer),
    (error: unknown) => port.postMessage([id, false, error] satisfies TextAnswer),
  )
})

/** Linux knows the priority of a thread; where there is none, the pauses of the index must do. */
function lower(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), lowPriority)
  } catch {
    // As it is.
  }
}
