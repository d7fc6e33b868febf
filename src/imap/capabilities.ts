import type { Session } from './session.ts'

/** Before sign-in: what concerns sign-in, and what may be used at any time. */
const beforeSignIn = 'IMAP4rev1 IMAP4rev2 LITERAL+ SASL-IR ID'

const afterSignIn = [
  'IMAP4rev1 IMAP4rev2 LITERAL+ ID ENABLE IDLE NAMESPACE UIDPLUS MOVE ACL RIGHTS=kxte QUOTA QUOTA=RES-STORAGE UNSELECT CHILDREN',
  'LIST-EXTENDED LIST-STATUS SPECIAL-USE CREATE-SPECIAL-USE ESEARCH SEARCHRES WITHIN STATUS=SIZE CONDSTORE QRESYNC OBJECTID SAVEDATE NOTIFY',
  'SEARCH=FUZZY MULTISEARCH INPROGRESS SORT SORT=DISPLAY ESORT CONTEXT=SEARCH CONTEXT=SORT PARTIAL THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS',
  'BINARY MULTIAPPEND CATENATE REPLACE UTF8=ACCEPT PREVIEW UNAUTHENTICATE METADATA LIST-METADATA',
].join(' ')

/** CAPABILITY as it is now: it changes with TLS and sign-in (RFC 9051 6.1.1). */
export function capabilities(session: Session): string {
  if (session.signedIn !== undefined) {
    const compress = session.peer.compressed ? '' : ' COMPRESS=DEFLATE'
    return `${afterSignIn}${compress} APPENDLIMIT=${session.limits.messageOctets}`
  }
  const startTls = session.startTlsOffered ? ' STARTTLS' : ''
  const { signIn } = session.dependencies
  const mechanisms = signIn.mechanisms(session.from).map((mechanism) => ` AUTH=${mechanism}`)
  const loginDisabled = signIn.plaintextAllowed(session.from) ? '' : ' LOGINDISABLED'
  return `${beforeSignIn}${startTls}${mechanisms.join('')}${loginDisabled}`
}
