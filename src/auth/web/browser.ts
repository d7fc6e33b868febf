const browsers: readonly (readonly [name: string, sign: RegExp])[] = [
  // Each of them says that it is the next ones as well.
  ['Edge', /\bEdgA?(?:iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bVersion\/\S+ .*Safari\//],
]

const systems: readonly (readonly [name: string, sign: RegExp])[] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b|\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
]

/** Octets of a User-Agent field that are looked at. */
const maxLooked = 500

/**
 * What a person calls the browser, from its User-Agent field (RFC 9110 10.1.5): "Firefox (Windows)"; "curl" for a program. Without versions: they change
 * every month, and the browser is the same.
 */
export function browserOf(userAgent: string | undefined): string {
  const text = (userAgent ?? '').slice(0, maxLooked)
  const browser = browsers.find(([, sign]) => sign.test(text))?.[0]
  const system = systems.find(([, sign]) => sign.test(text))?.[0]
  if (browser === undefined) return /^[A-Za-z][A-Za-z0-9._-]{0,39}/.exec(text)?.[0] ?? '?'
  return system === undefined ? browser : `${browser} (${system})`
}
