import { createSecureContext, type SecureContext } from 'node:tls'

/** Self-signed, for mx.a.example, localhost and 127.0.0.1, and for mx.b.example; both keys are public by standing here. */
export const certificateA = `
-----BEGIN CERTIFICATE-----
MIIBsDCCAVWgAwIBAgIUIuM0y+EDMZxWb+1YT5gbYRJjYGEwCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbXguYS5leGFtcGxlMCAXDTI2MTEyMjAyMjk1MloYDzIxMjYx
MDI5MDIyOTUyWjAXMRUwEwYDVQQDDAxteC5hLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAShwdBkz21m8jC/oJxdvDyw/pmTwybxScBHYrV1Lr7qhLvw
dRxg3GYVjznrw++36FODoSLFSVwkc/MHk7PUMtb8o30wezAdBgNVHQ4EFgQU0JAP
zlJiHuVUaiHDfediaLRV/WowHwYDVR0jBBgwFoAU0JAPzlJiHuVUaiHDfediaLRV
/WowDwYDVR0TAQH/BAUwAwEB/zAoBgNVHREEITAfggxteC5hLmV4YW1wbGWCCWxv
Y2FsaG9zdIcEfwAAATAKBggqhkjOPQQDAgNJADBGAiEAmP30dfABSWgBHnkZWTq2
pTd1EPqeU/xfBhWU0uZEV6sCIQCJGm50duQInAuh+grg+rNxxbY/MVdaNexq7OI6
s6EZHg==
-----END CERTIFICATE-----
`
export const keyA = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSUoQts4K82FHDVcI
vKXE2kCdtfP1RMHQV2ehf1TLZzmhRANCAAShwdBkz21m8jC/oJxdvDyw/pmTwybx
ScBHYrV1Lr7qhLvwdRxg3GYVjznrw++36FODoSLFSVwkc/MHk7PUMtb8
-----END PRIVATE KEY-----
`
const certificateB = `
-----BEGIN CERTIFICATE-----
MIIBnzCCAUSgAwIBAgIUL7xiRIOqwtsDgtiSb360QTRsKUswCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMbXguYi5leGFtcGxlMCAXDTI2MTEyMjAyMjk1MloYDzIxMjYx
MDI5MDIyOTUyWjAXMRUwEwYDVQQDDAxteC5iLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAATqns4vq2jGxchmKZYejA4v90b7eKa4ul5Mpq4lVWL5OOi3
CATXFs8P6gLfTWivB/GIjSwNCoMRrKIQRJSfwui1o2wwajAdBgNVHQ4EFgQUMBDb
IwsEks8UD+0ra8mD7I+Ga50wHwYDVR0jBBgwFoAUMBDbIwsEks8UD+0ra8mD7I+G
a50wDwYDVR0TAQH/BAUwAwEB/zAXBgNVHREEEDAOggxteC5iLmV4YW1wbGUwCgYI
KoZIzj0EAwIDSQAwRgIhALvyY3YrZmSHTAECF03jGDGzIMaOHzOPDn9hvi/F+Aqk
AiEAkqB90e3sU55YeEmP0erDLsRG8COcHLYlXf9b3yyHFEs=
-----END CERTIFICATE-----
`
const keyB = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgW2RS/ameIrb91Krc
L9MpF9xJ2rdu2w+voVazDhQJYO2hRANCAATqns4vq2jGxchmKZYejA4v90b7eKa4
ul5Mpq4lVWL5OOi3CATXFs8P6gLfTWivB/GIjSwNCoMRrKIQRJSfwui1
-----END PRIVATE KEY-----
`

export function contextA(): SecureContext {
  return createSecureContext({ cert: certificateA, key: keyA })
}

export function contextB(): SecureContext {
  return createSecureContext({ cert: certificateB, key: keyB })
}
