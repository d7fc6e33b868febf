import { createHmac, randomBytes } from 'node:crypto'

/** Standard Webhooks: 24 to 64 octets. */
const secretOctets = 32
const secretPrefix = 'whsec_'

export function makeSecret(): Buffer {
  return randomBytes(secretOctets)
}

/** For whom it is sealed, where it is kept. */
export function secretPlace(webhookId: string): string {
  return `webhook ${webhookId}`
}

/** As it is shown, once. */
export function formatSecret(secret: Uint8Array): string {
  return `${secretPrefix}${Buffer.from(secret).toString('base64')}`
}

export interface ToSign {
  readonly messageId: string
  /** Of this try: a receiver refuses what is old, so that nobody sends it again later. */
  readonly atMs: number
  readonly payload: string
}

/** The fields of a request; a signature for each secret. */
export function signedFields({ messageId, atMs, payload }: ToSign, secrets: readonly Uint8Array[]): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1000))
  const signed = `${messageId}.${timestamp}.${payload}`
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`)
  return { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
