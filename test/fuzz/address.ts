import assert from 'node:assert/strict'
import { addressKey, formatAddress, parseAddress } from '../../src/mail/address.ts'
import { parseDomain } from '../../src/mail/domain.ts'
import { cidrContains, formatCidr, formatIp, normaliseIp, parseCidr, parseIp } from '../../src/mail/ip.ts'
import { type Path, parsePath, readPath } from '../../src/mail/path.ts'

export const name = 'address'

export const seeds: Uint8Array[] = [
  '<ann@a.example>',
  '<>',
  '<Postmaster>',
  '<"ann \\" example"@a.example>',
  '<@one.example,@two.example:a%b!c@d.example>',
  '<a@[192.0.2.1]>',
  '<a@[IPv6:2001:db8::1]>',
  '<bücher@Bücher.example>',
  '<a@xn--bcher-kva.example>',
  'ann@a.example',
  '"a@b"@c',
  '192.0.2.0/24',
  '2001:db8::/32',
  '::ffff:192.0.2.1',
].map((text) => Buffer.from(text))

export function target(input: Uint8Array): void {
  const text = Buffer.from(input).toString()
  const wide = parsePath(text, { utf8: true })
  const narrow = parsePath(text, { utf8: false })
  if (narrow.kind !== 'invalid') assert.deepEqual(wide, narrow, 'SMTPUTF8 changes an ASCII path')
  if (wide.kind === 'mailbox') checkMailbox(wide)
  const { end } = readPath(text, 0, { utf8: true })
  assert.ok(end >= 0 && end <= text.length, 'a path ends outside its text')

  const address = parseAddress(text)
  if (address !== undefined) checkMailbox({ kind: 'mailbox', address })

  const domain = parseDomain(text)
  if (domain !== undefined) assert.equal(parseDomain(domain), domain, 'a domain has two texts')

  const ip = parseIp(text)
  if (ip !== undefined) {
    assert.equal(normaliseIp(formatIp(ip)), formatIp(ip), 'an IP address has two texts')
    const cidr = parseCidr(text)
    assert.ok(cidr !== undefined && cidrContains(cidr, ip), 'an IP address is not in its own network')
  }
  const cidr = parseCidr(text)
  if (cidr !== undefined) assert.deepEqual(parseCidr(formatCidr(cidr)), cidr)
}

function checkMailbox(path: Path & { readonly kind: 'mailbox' }): void {
  const { address } = path
  const written = formatAddress(address)
  assert.ok(!address.domain.includes('@'), 'an @ in a domain')
  assert.match(address.domain, /^[\x21-\x7e]+$/, 'a domain that is not ASCII')
  assert.equal(address.domain, written.slice(written.lastIndexOf('@') + 1))
  const again = parseAddress(written)
  // A U-label is shorter in UTF-8 than as A-label: the written form of a very long address may be past the limit.
  if (again === undefined) assert.ok(written.length > 254, 'an address is not read back')
  else {
    assert.deepEqual(again, address)
    assert.equal(addressKey(again), addressKey(address))
  }
}
