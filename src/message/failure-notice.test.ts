import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellsOfFailure } from './failure-notice.ts'

const notice = (type: string, action: string, status: string) =>
  Buffer.from(
    `From: <>\r\nContent-Type: ${type};\r\n\tboundary=b\r\n\r\n--b\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.away.example\r\n\r\nAction: ${action}\r\nStatus: ${status}\r\n--b--\r\n`,
  )
const report = 'multipart/report; report-type=delivery-status'

for (const [name, octets, expected] of [
  ['for good', notice(report, 'failed', '5.1.1'), true],
  ['in other letters', notice('Multipart/Report; Report-Type="Delivery-Status"', 'FAILED', '5.2.2'), true],
  ['a delay', notice(report, 'delayed', '4.4.1'), false],
  ['a temporary failure that was given up', notice(report, 'failed', '4.4.7'), false],
  ['a receipt', notice('multipart/report; report-type=disposition-notification', 'failed', '5.1.1'), false],
  ['other mail', notice('multipart/mixed', 'failed', '5.1.1'), false],
  ['nothing', Buffer.alloc(0), false],
] as const) {
  test(`a notice of failure: ${name}`, () => assert.equal(tellsOfFailure(octets), expected))
}
