import { connect } from 'node:net'
import { answers, type Query } from './message.ts'
import type { ServerAddress } from './server-address.ts'

export type TcpResult = Uint8Array | 'timeout' | 'unreachable' | 'malformed' | 'aborted'

/** Asks one server over TCP (RFC 7766), for answers that are too long for UDP: 65,535 octets at most, by the length field. */
export function askOverTcp(server: ServerAddress, query: Query, timeoutMs: number, signal: AbortSignal): Promise<TcpResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: server.host, port: server.port, noDelay: true })
    const pieces: Uint8Array[] = []
    let received = 0
    let wanted = 2
    const settle = (result: TcpResult) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
      socket.destroy()
      resolve(result)
    }
    const aborted = () => settle('aborted')
    const timer = setTimeout(() => settle('timeout'), timeoutMs)
    signal.addEventListener('abort', aborted)
    socket.on('error', () => settle('unreachable'))
    socket.on('close', () => settle('unreachable'))
    socket.on('data', (piece) => {
      pieces.push(piece)
      received += piece.length
      if (received < wanted) return
      const octets = Buffer.concat(pieces)
      wanted = 2 + octets.readUInt16BE(0)
      if (received < wanted) return
      const response = octets.subarray(2, wanted)
      settle(answers(response, query) ? response : 'malformed')
    })
    const length = new Uint8Array([query.octets.length >> 8, query.octets.length & 0xff])
    socket.write(Buffer.concat([length, query.octets]))
  })
}
