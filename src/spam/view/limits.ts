/** What of a message the filter looks at. Past a limit it looks at less, never at nothing: the beginning, and where a text is longer, its end. */
export const viewLimits = {
  /** Octets of the top header section. RFC 5321 4.5.3 knows none; real ones have under 20 kB. */
  headerOctets: 65_536,
  /** Fields of it. */
  fields: 500,
  /** Decoded octets of one text part: as many from its beginning, as many from its end. */
  textHeadOctets: 49_152,
  textTailOctets: 16_384,
  /** Characters of all visible text together. */
  textCharacters: 65_536,
  /** Words of it that are compared; where there are more, those of as many characters at its end too. */
  words: 3_000,
  tailCharacters: 8_000,
  /** Text parts that are read. */
  textParts: 20,
  /** Leaf parts whose names and types are looked at. */
  leaves: 200,
  /** Links, images and addresses taken from a text. */
  urls: 300,
  /** Characters of one of them. */
  urlCharacters: 2_000,
  /** Octets of a display name, a local part and a domain; RFC 5321 4.5.3.1 has 64 and 255 for the latter. */
  nameCharacters: 255,
  /** Addresses read from one address field. */
  addresses: 200,
} as const
