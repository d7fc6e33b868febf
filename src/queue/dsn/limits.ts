/** Octets of a message that are returned with a notice: its header section, or all of it where the sender asked for that. */
export const dsnLimits = { returnedHeaderOctets: 64 * 1024, returnedOctets: 1024 * 1024 } as const
