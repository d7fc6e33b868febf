import assert from 'node:assert/strict'
import test from 'node:test'
import { parseProxyHeader } from './proxy-header.ts'

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')

function version2(command: number, family: number, body: Buffer): Buffer {
  const head = Buffer.from([command, family, 0, 0])
  head.writeUInt16BE(body.length, 2)
  return Buffer.concat([signature, head, body])
}

const ipv4 = Buffer.from([192, 0, 2, 9, 198, 51, 100, 1, 0x12, 0x34, 0, 25])
const ipv6 = Buffer.concat([Buffer.from('20010db8000000000000000000000009', 'hex'), Buffer.alloc(16), Buffer.from([0x12, 0x34, 0, 25])])
const mapped = Buffer.concat([Buffer.from('00000000000000000000ffffc0000209', 'hex'), Buffer.alloc(16), Buffer.from([0, 1, 0, 25])])

const good: readonly [name: string, header: Buffer, ip: string | undefined, port?: number][] = [
  ['v1 IPv4', Buffer.from('PROXY TCP4 192.0.2.9 198.51.100.1 4660 25\r\n'), '192.0.2.9', 4660],
  ['v1 IPv6', Buffer.from('PROXY TCP6 2001:DB8:0:0:0:0:0:9 ::1 4660 25\r\n'), '2001:db8::9', 4660],
  ['v1 mapped IPv4', Buffer.from('PROXY TCP6 ::ffff:192.0.2.9 ::1 1 25\r\n'), '192.0.2.9', 1],
  ['v1 unknown', Buffer.from('PROXY UNKNOWN\r\n'), undefined],
  ['v1 unknown with addresses', Buffer.from(`PROXY UNKNOWN ${'f'.repeat(60)}\r\n`), undefined],
  ['v2 IPv4', version2(0x21, 0x11, ipv4), '192.0.2.9', 4660],
  ['v2 IPv4 with TLVs', version2(0x21, 0x11, Buffer.concat([ipv4, Buffer.alloc(700, 4)])), '192.0.2.9', 4660],
  ['v2 IPv6', version2(0x21, 0x21, ipv6), '2001:db8::9', 4660],
  ['v2 mapped IPv4', version2(0x21, 0x21, mapped), '192.0.2.9', 1],
  ['v2 local', version2(0x20, 0x00, Buffer.alloc(0)), undefined],
  ['v2 unspecified', version2(0x21, 0x00, Buffer.alloc(5)), undefined],
]

for (const [name, header, ip, port] of good) {
  test(`PROXY header: ${name}`, () => {
    const expected = { source: ip === undefined ? undefined : { ip, port }, octets: header.length }
    assert.deepEqual(parseProxyHeader(Buffer.concat([header, Buffer.from('EHLO x\r\n')])), expected)
    for (let length = 0; length < header.length; length++) assert.equal(parseProxyHeader(header.subarray(0, length)), 'more', `first ${length}`)
  })
}

const bad: readonly [name: string, header: Buffer][] = [
  ['none', Buffer.from('EHLO x\r\n')],
  ['v1 with bare LF', Buffer.from('PROXY TCP4 192.0.2.9 198.51.100.1 1 25\n')],
  ['v1 with a name', Buffer.from('PROXY TCP4 localhost 198.51.100.1 1 25\r\n')],
  ['v1 with IPv6 under TCP4', Buffer.from('PROXY TCP4 ::1 ::1 1 25\r\n')],
  ['v1 with a port past 65535', Buffer.from('PROXY TCP4 192.0.2.9 198.51.100.1 65536 25\r\n')],
  ['v1 with a field too many', Buffer.from('PROXY TCP4 192.0.2.9 198.51.100.1 1 25 x\r\n')],
  ['v1 without ports', Buffer.from('PROXY TCP4 192.0.2.9 198.51.100.1\r\n')],
  ['v1 without an end', Buffer.from(`PROXY TCP4 ${'1'.repeat(100)}`)],
  ['v2 of another version', version2(0x31, 0x11, ipv4)],
  ['v2 with an unknown command', version2(0x22, 0x11, ipv4)],
  ['v2 too short for its family', version2(0x21, 0x11, ipv4.subarray(0, 8))],
  ['v2 UDP', version2(0x21, 0x12, ipv4)],
  ['v2 longer than we read', version2(0x21, 0x11, Buffer.alloc(5000))],
]

for (const [name, header] of bad) test(`PROXY header refused: ${name}`, () => assert.equal(parseProxyHeader(header), 'bad'))
