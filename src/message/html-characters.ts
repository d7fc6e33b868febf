/** HTML's names of U+00A0 … U+00FF, in their order (HTML 4.01 24.2.1). */
const latin1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo ' +
  'frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve ' +
  'Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ' +
  'ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'

/** Of the others (24.3.1, 24.4.1) those that letters use: name and code. */
const others =
  'quot=22, amp=26, lt=3c, gt=3e, OElig=152, oelig=153, Scaron=160, scaron=161, Yuml=178, circ=2c6, tilde=2dc, ensp=2002, emsp=2003, thinsp=2009, ' +
  'zwnj=200c, zwj=200d, lrm=200e, rlm=200f, ndash=2013, mdash=2014, lsquo=2018, rsquo=2019, sbquo=201a, ldquo=201c, rdquo=201d, bdquo=201e, dagger=2020, ' +
  'Dagger=2021, permil=2030, lsaquo=2039, rsaquo=203a, euro=20ac, fnof=192, bull=2022, hellip=2026, prime=2032, Prime=2033, trade=2122, larr=2190, ' +
  'uarr=2191, rarr=2192, darr=2193, harr=2194, minus=2212, infin=221e, ne=2260, le=2264, ge=2265, asymp=2248, radic=221a, sum=2211, hearts=2665'

const characters = new Map<string, string>([
  ...latin1.split(' ').map((name, index) => [name, String.fromCharCode(0xa0 + index)] as const),
  ...others.split(', ').map((pair) => {
    const [name = '', code = ''] = pair.split('=')
    return [name, String.fromCharCode(Number.parseInt(code, 16))] as const
  }),
  ['apos', "'"],
])

/** What `&name;` stands for. */
export function namedCharacter(name: string): string | undefined {
  return characters.get(name)
}
