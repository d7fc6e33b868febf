import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'
import type { Resolver } from '../../src/dns/resolver.ts'
import { Outside } from '../../src/outside/outside.ts'
import { trustAnchor } from './mail-host-certificates.ts'

/** May ask loopback, and trusts who issued the certificates of mail-host-certificates.ts. */
export function loopbackOutside(t: TestContext, resolver: Pick<Resolver, 'lookup'>, allowed = '127.0.0.0/8'): Outside {
  const folder = mkdtempSync(path.join(tmpdir(), 'outside-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const authorities = path.join(folder, 'authorities.pem')
  writeFileSync(authorities, trustAnchor)
  return new Outside({ resolver, settings: () => ({ 'outside.allow-networks': allowed, 'outside.authorities': authorities }) })
}
