/** Of this Posthorn, for ID (RFC 2971) and `posthorn --version`. */
export const version = '0.1.0'
