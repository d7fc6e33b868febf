import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { errorCode } from '../base/file.ts'
import type { Text } from '../base/language.ts'
import { keepSelfSigned } from './self-signed.ts'

/** A certificate with its key, checked to fit each other. */
export interface PemCertificate {
  /** PEM: the server's own certificate, then those that lead to the authority. */
  readonly chain: string
  /** PEM, not encrypted. */
  readonly key: string
}

/** What TLS is served with. */
export interface TlsMaterial extends PemCertificate {
  /** PEM: the only authorities whose client certificates are believed; undefined: none is asked for. */
  readonly clientCa: string | undefined
  /**
   * 48 random octets that seal session tickets (RFC 5077 4, RFC 8446 4.6.1): the same in all processes, so that a client resumes its
   * session whichever of them it comes to.
   */
  readonly ticketKeys: Uint8Array
}

export function makeTicketKeys(): Uint8Array {
  return randomBytes(48)
}

/** A certificate, and what is known of it. */
export interface Certificate extends PemCertificate {
  readonly notAfterMs: number
  /** What a server can run with, but somebody should know: it has expired, or names another host. */
  readonly warnings: readonly Text[]
}

/** The certificate or key that the operator named cannot be used. `text` says what is wrong and what would be right. */
export class CertificateUnusable extends Error {
  override readonly name = 'CertificateUnusable'
  readonly text: Text

  constructor(text: Text, options?: { cause?: unknown }) {
    super(text.en, options)
    this.text = text
  }
}

export interface CertificateOptions {
  /** The name that the clients call us by. */
  readonly hostname: string
  /** The data folder; a self-signed certificate is kept in its `tls/`. */
  readonly data: string
  /** PEM files of the operator; undefined: self-signed. */
  readonly files: { readonly certificate: string; readonly key: string } | undefined
  readonly nowMs: number
}

/**
 * The certificate to serve with: the operator's, or one of our own, made where there is none, where it is for another host name
 * or where it expires within 30 days.
 * @throws CertificateUnusable for the operator's files; the system's error for a data folder that cannot be written
 */
export async function openCertificate({ hostname, data, files, nowMs }: CertificateOptions): Promise<Certificate> {
  if (files === undefined) return { ...(await keepSelfSigned(join(data, 'tls'), hostname, nowMs)), warnings: [] }
  // One after the other: of two that are missing, it is always the first that is named.
  const chain = await readPem(files.certificate)
  const key = await readPem(files.key)
  const certificate = parseCertificate(files.certificate, chain)
  const privateKey = parseKey(files.key, key)
  if (!certificate.checkPrivateKey(privateKey)) throw mismatch(files, chain, privateKey)
  return { chain, key, notAfterMs: certificate.validToDate.getTime(), warnings: warningsOf(certificate, files.certificate, hostname, nowMs) }
}

/**
 * TLS 1.2 and later (RFC 8996, RFC 9325 3.1.1), with Node's choice of ciphers, which follows it.
 */
export function secureContextOf({ chain, key, clientCa, ticketKeys }: TlsMaterial): SecureContext {
  // OpenSSL resumes no session of a client that may have a certificate without a context to hold it to.
  const clients = clientCa === undefined ? {} : { ca: clientCa, sessionIdContext: 'posthorn' }
  return createSecureContext({ cert: chain, key, minVersion: 'TLSv1.2', ticketKeys: Buffer.from(ticketKeys), ...clients })
}

/** The certificates of the authorities in the operator's file. @throws CertificateUnusable */
export async function readClientCa(file: string): Promise<string> {
  const pem = await readPem(file)
  for (const certificate of certificatesIn(pem)) parseCertificate(file, certificate)
  parseCertificate(file, pem)
  return pem
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1')
  } catch (cause) {
    const code = errorCode(cause)
    const why: Text =
      code === 'ENOENT'
        ? { en: 'there is no such file', de: 'diese Datei gibt es nicht' }
        : code === 'EACCES'
          ? { en: 'Posthorn may not read it; give its user the right to', de: 'Posthorn darf sie nicht lesen; sein Benutzer braucht das Recht dazu' }
          : { en: `it cannot be read (${code})`, de: `sie lässt sich nicht lesen (${code})` }
    throw unusable(file, why, cause)
  }
}

function parseCertificate(file: string, pem: string): X509Certificate {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) {
    const isKey = pem.includes('PRIVATE KEY-----')
    throw unusable(file, {
      en: `it holds ${isKey ? 'a key' : 'no certificate'}; right would be PEM: -----BEGIN CERTIFICATE-----`,
      de: `sie enthält ${isKey ? 'einen Schlüssel' : 'kein Zertifikat'}; richtig wäre PEM: -----BEGIN CERTIFICATE-----`,
    })
  }
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw unusable(file, { en: 'its certificate is damaged', de: 'ihr Zertifikat ist beschädigt' }, cause)
  }
}

function parseKey(file: string, pem: string): KeyObject {
  if (!pem.includes('PRIVATE KEY-----')) {
    throw unusable(file, {
      en: 'it holds no key; right would be PEM: -----BEGIN PRIVATE KEY-----',
      de: 'sie enthält keinen Schlüssel; richtig wäre PEM: -----BEGIN PRIVATE KEY-----',
    })
  }
  if (/ENCRYPTED/.test(pem)) {
    throw unusable(file, {
      en: 'its key is encrypted, and a server that starts by itself has no passphrase; "openssl pkey -in FILE -out NEW" takes it off',
      de: 'ihr Schlüssel ist verschlüsselt, und ein Server, der von selbst startet, kennt kein Kennwort; "openssl pkey -in DATEI -out NEU" nimmt es weg',
    })
  }
  try {
    return createPrivateKey(pem)
  } catch (cause) {
    throw unusable(file, { en: 'its key is damaged', de: 'ihr Schlüssel ist beschädigt' }, cause)
  }
}

/** The key fits another certificate of the file: the chain stands the wrong way round. Else it fits none. */
function mismatch(files: { readonly certificate: string; readonly key: string }, chain: string, key: KeyObject): CertificateUnusable {
  const others = certificatesIn(chain).slice(1)
  if (others.some((pem) => parseCertificate(files.certificate, pem).checkPrivateKey(key))) {
    return unusable(files.certificate, {
      en: "the server's own certificate does not come first; put it before those of the authority",
      de: 'das Zertifikat des Servers steht nicht an erster Stelle; es gehört vor die der Zertifizierungsstelle',
    })
  }
  return unusable(files.key, {
    en: `this key does not belong to the certificate in ${files.certificate}`,
    de: `dieser Schlüssel gehört nicht zum Zertifikat in ${files.certificate}`,
  })
}

function certificatesIn(pem: string): readonly string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
}

function warningsOf(certificate: X509Certificate, file: string, hostname: string, nowMs: number): Text[] {
  const warnings: Text[] = []
  const day = (date: Date) => date.toISOString().slice(0, 10)
  const { validFromDate: from, validToDate: to } = certificate
  if (nowMs >= to.getTime())
    warnings.push({ en: `${file}: this certificate expired on ${day(to)}`, de: `${file}: dieses Zertifikat ist am ${day(to)} abgelaufen` })
  if (nowMs < from.getTime()) {
    warnings.push({ en: `${file}: this certificate is valid from ${day(from)} only`, de: `${file}: dieses Zertifikat gilt erst ab ${day(from)}` })
  }
  if (certificate.checkHost(hostname) === undefined) {
    const names = certificate.subjectAltName ?? certificate.subject
    warnings.push({
      en: `${file}: this certificate is for ${names}, not for ${hostname}`,
      de: `${file}: dieses Zertifikat gilt für ${names}, nicht für ${hostname}`,
    })
  }
  return warnings
}

function unusable(file: string, why: Text, cause?: unknown): CertificateUnusable {
  return new CertificateUnusable({ en: `${file}: ${why.en}`, de: `${file}: ${why.de}` }, { cause })
}
