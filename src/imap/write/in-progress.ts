import type { Session } from '../session.ts'

/** Of a command that takes long: so much is done, of so much; without figures nothing is known but that it goes on. */
export type Progress = (done?: number, of?: number) => void

/** `* OK [INPROGRESS …]` (RFC 9585) now and then, so that who waits sees that the command goes on, and how far it is. Between two answers only. */
export function inProgress({ out, tag, limits }: Session): Progress {
  let toldMs = performance.now()
  return (done, of) => {
    const nowMs = performance.now()
    if (nowMs - toldMs < limits.progressMs) return
    toldMs = nowMs
    out.text(`* OK [INPROGRESS ("${tag}" ${done ?? 'NIL'} ${of ?? 'NIL'})] still at it\r\n`)
    out.send()
  }
}
