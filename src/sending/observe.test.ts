import assert from 'node:assert/strict'
import test from 'node:test'
import type { MtaStsPolicy } from '../smtp/client/mta-sts-policy.ts'
import { observe } from './observe.ts'
import type { TlsOutcome } from './opener.ts'
import type { Target } from './targets.ts'

const host = { name: 'mx.b.example', addresses: ['192.0.2.1'], authenticated: false }
const policy: MtaStsPolicy = { mode: 'enforce', mx: ['mx.b.example'], maxAgeSeconds: 86_400 }
const fault = { result: 'sts-policy-fetch-error', detail: '404 text/plain' } as const

function counted(target: Partial<Target>, outcome: Partial<TlsOutcome> = {}): string {
  const whole: Target = { key: '', hosts: [host], port: 25, domain: 'b.example', sts: undefined, ...target }
  const seen = observe({
    target: whole,
    host,
    ip: '192.0.2.1',
    localIp: '192.0.2.9',
    way: 'opportunistic',
    tlsa: [],
    failure: undefined,
    detail: '',
    ...outcome,
  })
  if (seen === undefined) return 'nothing'
  const { failure } = seen
  return `${seen.policy.type}${failure === undefined ? '' : `: ${failure.result} ${failure.mxHost ?? '-'} ${failure.detail ?? ''}`}`
}

const noTls = { failure: 'starttls-not-supported', detail: 'no' } as const

for (const [what, target, outcome, expected] of [
  ['no policy', {}, {}, 'no-policy-found'],
  ['no policy and no TLS', {}, noTls, 'no-policy-found: starttls-not-supported mx.b.example no'],
  ['an address literal', { domain: undefined }, {}, 'nothing'],
  ['MTA-STS', { sts: policy }, { way: 'sts' }, 'sts'],
  ['MTA-STS without TLS', { sts: policy }, { way: 'sts', ...noTls }, 'sts: starttls-not-supported mx.b.example no'],
  ['a policy that could not be had', { stsFault: fault }, {}, 'sts: sts-policy-fetch-error - 404 text/plain'],
  ['a policy that could not be had, and no TLS: the former is why', { stsFault: fault }, noTls, 'sts: sts-policy-fetch-error - 404 text/plain'],
  ['an older policy in force', { sts: policy, stsFault: fault }, { way: 'sts' }, 'sts'],
  ['DANE, whatever MTA-STS says', { stsFault: fault }, { way: 'tlsa' }, 'tlsa'],
] as const satisfies readonly (readonly [string, Partial<Target>, Partial<TlsOutcome>, string])[]) {
  test(`a session as TLS-RPT counts it (RFC 8460 4.3): ${what}`, () => assert.equal(counted(target, outcome), expected))
}
