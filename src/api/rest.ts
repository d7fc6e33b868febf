import type { OperationInput, OperationName } from './contract.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * Where each operation is found under `/api/`: server, OpenAPI document and browser read this one table. A field in braces stands in the path;
 * the others stand in the query of GET and DELETE (a list as several of one name), else in a body of JSON.
 * GET only reads; PUT replaces, PATCH changes, DELETE removes; POST adds, or does what its last word says.
 */
export const rest = {
  'customer.add': 'POST /customers',
  'customer.list': 'GET /customers',
  'customer.set': 'PATCH /customers/{name}',
  'customer.remove': 'DELETE /customers/{name}',
  'lock.list': 'GET /locks',
  'customer.lock': 'POST /customers/{name}/lock',
  'customer.unlock': 'POST /customers/{name}/unlock',
  'customer.lock-sending': 'POST /customers/{name}/lock-sending',
  'customer.unlock-sending': 'POST /customers/{name}/unlock-sending',
  'person.add': 'POST /people',
  'person.list': 'GET /people',
  'person.set': 'PATCH /people/{name}',
  'person.password': 'POST /people/{name}/password',
  'person.remove': 'DELETE /people/{name}',
  'domain.add': 'POST /domains',
  'domain.list': 'GET /domains',
  'domain.set': 'PATCH /domains/{domain}',
  'domain.remove': 'DELETE /domains/{domain}',
  'operator.add': 'POST /operators',
  'operator.password': 'POST /operators/{name}/password',
  'operator.remove': 'DELETE /operators/{name}',
  'operator.list': 'GET /operators',
  'plan.add': 'POST /plans',
  'plan.set': 'PATCH /plans/{name}',
  'plan.list': 'GET /plans',
  'mailbox.add': 'POST /mailboxes',
  'mailbox.list': 'GET /mailboxes',
  'mailbox.set': 'PATCH /mailboxes/{address}',
  'mailbox.rename': 'POST /mailboxes/{from}/rename',
  'mailbox.password': 'POST /mailboxes/{address}/password',
  'mailbox.lock': 'POST /mailboxes/{address}/lock',
  'mailbox.unlock': 'POST /mailboxes/{address}/unlock',
  'mailbox.forward': 'PUT /mailboxes/{address}/forward',
  'mailbox.refile': 'POST /mailboxes/{address}/refile',
  'mailbox.remove': 'DELETE /mailboxes/{address}',
  'bulk.start': 'POST /bulk-jobs',
  'bulk.list': 'GET /bulk-jobs',
  'bulk.show': 'GET /bulk-jobs/{job}',
  'app-password.add': 'POST /mailboxes/{address}/app-passwords',
  'app-password.list': 'GET /mailboxes/{address}/app-passwords',
  'app-password.remove': 'DELETE /mailboxes/{address}/app-passwords/{name}',
  'mailbox.share': 'POST /mailboxes/{address}/shares',
  'mailbox.unshare': 'DELETE /mailboxes/{address}/shares',
  'mailbox.shares': 'GET /mailboxes/{address}/shares',
  'autoresponder.set': 'PUT /mailboxes/{address}/autoresponder',
  'autoresponder.show': 'GET /mailboxes/{address}/autoresponder',
  'autoresponder.off': 'POST /mailboxes/{address}/autoresponder/off',
  'second-factor.list': 'GET /second-factors',
  'second-factor.remove': 'POST /second-factors/{id}/remove',
  'totp.offer': 'POST /second-factors/totp/offer',
  'totp.add': 'POST /second-factors/totp',
  'passkey.offer': 'POST /second-factors/passkeys/offer',
  'passkey.add': 'POST /second-factors/passkeys',
  'recovery-codes.new': 'POST /second-factors/recovery-codes',
  'session.list': 'GET /sessions',
  'session.end': 'POST /sessions/end',
  'password.set': 'POST /password',
  'password.check': 'POST /password/check',
  'token.add': 'POST /tokens',
  'token.list': 'GET /tokens',
  'token.remove': 'DELETE /tokens/{name}',
  'forward.add': 'POST /pointers/forward',
  'list.add': 'POST /pointers/list',
  'alias.add': 'POST /pointers/alias',
  'pointer.list': 'GET /pointers/{kind}',
  'pointer.set': 'PATCH /pointers/{kind}/{address}',
  'pointer.remove': 'DELETE /pointers/{kind}/{address}',
  'address.list': 'GET /addresses',
  'address.show': 'GET /addresses/{address}',
  'address.set': 'PATCH /addresses/{address}',
  'address.set-many': 'PATCH /addresses',
  'address.lock-sending': 'POST /addresses/{address}/lock-sending',
  'address.unlock-sending': 'POST /addresses/{address}/unlock-sending',
  'address.change-list': 'PATCH /addresses/{address}/lists/{list}',
  'address.list-entries': 'GET /addresses/{address}/lists/{list}',
  'domain.proof': 'GET /domain-proofs/{domain}',
  'domain.dns': 'GET /domains/{domain}/dns',
  'domain.dns-states': 'GET /dns-states',
  'template.add': 'POST /templates',
  'template.list': 'GET /templates',
  'template.show': 'GET /templates/{name}',
  'template.set': 'PATCH /templates/{name}',
  'template.remove': 'DELETE /templates/{name}',
  'edit.list': 'GET /edits',
  'edit.show': 'GET /edits/{edit}',
  'edit.undo': 'POST /edits/{edit}/undo',
  'dkim.list': 'GET /dkim-keys',
  'dkim.records': 'GET /domains/{domain}/dkim-records',
  'dkim.check': 'POST /domains/{domain}/dkim-keys/check',
  'dkim.rotate': 'POST /domains/{domain}/dkim-keys/rotate',
  'dmarc.seen': 'GET /dmarc-senders',
  'dmarc.report': 'GET /dmarc-senders/{domain}/report',
  'dmarc.reports': 'GET /domains/{domain}/dmarc-reports',
  'dmarc.read': 'POST /dmarc-reports',
  'tls-report.own': 'GET /tls-receivers/{domain}/report',
  'tls-report.received': 'GET /domains/{domain}/tls-reports',
  'tls-report.read': 'POST /tls-reports',
  'reputation.show': 'GET /reputations/{of}',
  'reputation.forget': 'DELETE /reputations/{of}',
  'relay.add': 'POST /relays',
  'relay.set': 'PATCH /relays/{name}',
  'relay.remove': 'DELETE /relays/{name}',
  'relay.withdraw': 'POST /relays/{name}/withdraw',
  'relay.return': 'POST /relays/{name}/return',
  'relay.list': 'GET /relays',
  'relay.show': 'GET /relays/{name}',
  'relay.check': 'POST /relays/check',
  'relay.cases': 'GET /relay-cases',
  'relay.applied': 'POST /relay-cases/{case}/applications',
  'setting.list': 'GET /settings',
  'setting.get': 'GET /settings/{key}',
  'setting.set': 'PATCH /settings',
  'letter.send': 'POST /letters',
  'letter.preview': 'POST /letters/preview',
  'letter.test': 'POST /letters/test',
  'letter.list': 'GET /letters',
  'letter.show': 'GET /letters/{id}',
  'letter.stop': 'POST /letters/{id}/stop',
  'audit.list': 'GET /audit',
  'audit.verify': 'GET /audit/verification',
  'journal.search': 'GET /journal',
  'journal.show': 'GET /journal/{id}',
  'journal.act': 'POST /journal/{id}/act',
  'statistics.show': 'GET /statistics',
  verify: 'POST /verify',
  'queue.destinations': 'GET /queue/destinations',
  'queue.list': 'GET /queue',
  'queue.retry': 'POST /queue/retry',
  'queue.hold': 'POST /queue/holds',
  'queue.release': 'DELETE /queue/holds',
  'queue.delete': 'DELETE /queue',
  learn: 'POST /lessons',
  health: 'GET /health',
} as const satisfies Readonly<Record<OperationName, `${Method} /${string}`>>

/** A row of the table in its parts; the path with its braces. */
export function routeOf(name: OperationName): { readonly method: Method; readonly path: string; readonly hasBody: boolean } {
  const [method, path] = rest[name].split(' ') as [Method, string]
  return { method, path, hasBody: method !== 'GET' && method !== 'DELETE' }
}

/** Names of the fields in the path. */
export function pathFields(path: string): readonly string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, field]) => field ?? '')
}

/** How a client asks for an operation. `path` with its query, from the root; `body`: text of JSON. */
export function restRequest<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
): { readonly method: Method; readonly path: string; readonly body: string | undefined } {
  const { method, path, hasBody } = routeOf(name)
  const inPath = pathFields(path)
  const others = Object.entries(input).filter(([field, value]) => !inPath.includes(field) && value !== undefined)
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String((input as Readonly<Record<string, unknown>>)[field])))
  if (hasBody) return { method, path: `/api${filled}`, body: JSON.stringify(Object.fromEntries(others)) }
  const query = new URLSearchParams(others.flatMap(([field, value]): [string, string][] => [value].flat().map((one) => [field, String(one)])))
  return { method, path: `/api${filled}${query.size === 0 ? '' : `?${query.toString()}`}`, body: undefined }
}
