/** What changes the protocol only after the client has asked for it (RFC 5161). Spelled as ENABLED names it. */
export type Extension = 'CONDSTORE' | 'IMAP4rev2' | 'QRESYNC' | 'UTF8=ACCEPT'

/** What ENABLE can switch on: only what is there in full. */
const offered: readonly Extension[] = ['CONDSTORE', 'IMAP4rev2', 'QRESYNC', 'UTF8=ACCEPT']

/** Enabling the one enables the others (RFC 7162 3.2.3). */
const implied: Readonly<Partial<Record<Extension, readonly Extension[]>>> = { QRESYNC: ['CONDSTORE'] }

/** An argument of ENABLE, in any case; undefined: unknown, or there is nothing to enable about it. */
export function extensionNamed(name: string): Extension | undefined {
  return offered.find((extension) => extension.toUpperCase() === name.toUpperCase())
}

/** What one session has enabled. Nothing is ever switched off again (RFC 5161 3.1). */
export class Enabled {
  readonly #enabled = new Set<Extension>()

  has(extension: Extension): boolean {
    return this.#enabled.has(extension)
  }

  /** False: it was enabled already. */
  add(extension: Extension): boolean {
    if (this.#enabled.has(extension)) return false
    for (const one of [extension, ...(implied[extension] ?? [])]) this.#enabled.add(one)
    return true
  }
}
