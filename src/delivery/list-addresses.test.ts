import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at } from '../../test/harness/directory.ts'
import { formatAddress } from '../mail/address.ts'
import { ListAddresses, readErrandAddress } from './list-addresses.ts'
import { listFields } from './list-fields.ts'

const addresses = new ListAddresses(Buffer.from('secret'))
const list = { addressId: 5, address: at('Team@a.example') }

test('an address to leave a list by says who leaves which, and is nobody else’s', () => {
  const written = addresses.write(list, 'unsubscribe', 'e12')
  assert.ok(written)
  assert.match(formatAddress(written), /^Team-unsubscribe\+e12-[a-z2-7]{16}@a\.example$/)
  const read = readErrandAddress({ ...written, localPart: written.localPart.toUpperCase() })
  assert.deepEqual([read?.list, read?.errand, read?.member], [{ localPart: 'TEAM', domain: 'a.example' }, 'unsubscribe', 'e12'])
  assert.ok(read)
  assert.equal(addresses.isGenuine(5, read), true)
  assert.equal(addresses.isGenuine(6, read), false)
  assert.equal(addresses.isGenuine(5, { ...read, member: 'e13' }), false)
  assert.equal(addresses.isGenuine(5, { ...read, errand: 'bounces' }), false)
  assert.equal(new ListAddresses(Buffer.from('other')).isGenuine(5, read), false)
})

test('other addresses are none', () => {
  for (const localPart of [
    'team-unsubscribe',
    'team-unsubscribe+e12',
    'team-bounces+x1-aaaaaaaaaaaaaaaa',
    '-bounces+e1-aaaaaaaaaaaaaaaa',
    'team-bounces+e1-aaaaaaaaaaaaaaa1',
  ]) {
    assert.equal(readErrandAddress({ localPart, domain: 'a.example' }), undefined, localPart)
  }
  assert.equal(addresses.write({ addressId: 5, address: at(`${'a'.repeat(40)}@a.example`) }, 'unsubscribe', 'e12'), undefined)
})

test('the name of a list is a dot-atom, whatever its address is', () => {
  assert.match(listFields(at('team.north@a.example')), /^List-Id: <team\.north\.a\.example>\r\n/)
  assert.match(listFields(at('"a b"@a.example')), /^List-Id: <x612062\.a\.example>\r\nList-Post: <mailto:%22a%20b%22@a\.example>\r\n/)
})
