/** Passkeys of this browser, or of what it reaches: a phone, a security key. */

/** May passkeys be made and used on this page at all? */
export const hasPasskeys = 'PublicKeyCredential' in window && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function'

/** Undefined: whoever was asked said no, or had none. */
export async function askForPasskey(request: PublicKeyCredentialRequestOptionsJSON): Promise<unknown> {
  return await orUndefined(async () => await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(request) }))
}

/** `offer`: what the operation passkey.offer answers; the host is this page's. Undefined: as above. */
export async function makePasskey(offer: Omit<PublicKeyCredentialCreationOptionsJSON, 'rp'> & { readonly rp: { readonly name: string } }): Promise<unknown> {
  return await orUndefined(async () => await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(offer) }))
}

async function orUndefined(ask: () => Promise<Credential | null>): Promise<unknown> {
  try {
    const credential = await ask()
    return credential instanceof PublicKeyCredential ? credential.toJSON() : undefined
  } catch (error) {
    if (error instanceof DOMException) return undefined
    throw error
  }
}
