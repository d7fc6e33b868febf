import type { CertificateStanding } from '../standing.ts'
import type { HealthProblem, LookAtPart } from './part.ts'
import { dayOf, sizeWords, spanWords } from './words.ts'

const gigabyte = 1024 ** 3
const dayMs = 86_400_000

/** Does a server run, and which? */
export const server: LookAtPart = ({ clock }, { version, node, running }) => {
  const what = `Posthorn ${version}, Node ${node}`
  if (running === undefined) {
    return {
      name: 'server',
      meaning: { en: `${what}; no server runs on this data`, de: `${what}; auf diesen Daten läuft kein Server` },
      problems: [
        {
          name: 'server',
          severe: true,
          meaning: {
            en: 'no server runs on this data: no mail is taken, and nobody reads theirs',
            de: 'auf diesen Daten läuft kein Server: Mail wird nicht angenommen, und niemand kann seine lesen',
          },
          remedy: { en: 'start it: posthorn start', de: 'starten: posthorn start' },
        },
      ],
    }
  }
  const span = spanWords(clock.now() - running.sinceMs)
  const several = running.processes === 1 ? { en: '', de: '' } : { en: ` in ${running.processes} processes`, de: ` in ${running.processes} Prozessen` }
  return { name: 'server', meaning: { en: `${what}; up for ${span.en}${several.en}`, de: `${what}; läuft seit ${span.de}${several.de}` }, problems: [] }
}

/** Longer than that for one row is trouble. */
const slowMs = 1000

export const database: LookAtPart = (_, { database: { engine, tookMs } }) => {
  const name = { sqlite: 'SQLite', postgresql: 'PostgreSQL' }[engine]
  const took = `${Math.max(1, Math.round(tookMs))} ms`
  return {
    name: 'database',
    meaning: { en: `${name} answers within ${took}`, de: `${name} antwortet in ${took}` },
    problems:
      tookMs < slowMs
        ? []
        : [
            {
              name: 'database',
              severe: false,
              meaning: { en: `${name} took ${took} for one row: everything is slow`, de: `${name} brauchte ${took} für eine Zeile: alles ist langsam` },
              remedy: {
                en: 'see whether the disk or the processor is busy with something else, such as a backup',
                de: 'nachsehen, ob Platte oder Prozessor mit anderem beschäftigt sind, etwa mit einer Sicherung',
              },
            },
          ],
  }
}

/** An index so far behind is not just busy. */
const farBehindBytes = 256 * 1024 ** 2

/** The log of all messages, and how much of it the index covers. */
export const contentLog: LookAtPart = (_, { log: { bytes, segments, behindBytes, trouble } }) => {
  const size = sizeWords(bytes)
  const behind = sizeWords(behindBytes ?? 0)
  const covered =
    behindBytes === 0
      ? { en: 'the index covers all of it', de: 'der Index umfasst alles' }
      : behindBytes === undefined
        ? { en: 'the index is more than a file behind', de: 'der Index ist mehr als eine Datei zurück' }
        : { en: `the index is ${behind.en} behind`, de: `der Index ist ${behind.de} zurück` }
  const files = { en: segments === 1 ? '1 file' : `${segments} files`, de: segments === 1 ? '1 Datei' : `${segments} Dateien` }
  const problems: HealthProblem[] = []
  if (trouble === 'failed') {
    problems.push({
      name: 'log',
      severe: true,
      meaning: {
        en: 'a write to the log of messages failed: no mail is taken until the server is started again',
        de: 'ein Schreiben in das Log der Nachrichten schlug fehl: Mail wird erst nach einem Neustart wieder angenommen',
      },
      remedy: { en: 'look at the disk (dmesg), then start the server again', de: 'die Platte prüfen (dmesg), dann den Server neu starten' },
    })
  } else if (trouble === 'full') {
    problems.push({
      name: 'log',
      severe: true,
      meaning: {
        en: 'there is no room for the log of messages: no mail is taken',
        de: 'für das Log der Nachrichten ist kein Platz: Mail wird nicht angenommen',
      },
      remedy: { en: 'make room in the data folder; the server then goes on by itself', de: 'im Datenordner Platz schaffen; dann geht es von selbst weiter' },
    })
  }
  if (behindBytes === undefined || behindBytes > farBehindBytes) {
    problems.push({
      name: 'log',
      severe: true,
      meaning: {
        en: 'the index does not follow the log of messages: new mail is safe, but is not seen',
        de: 'der Index folgt dem Log der Nachrichten nicht: neue Mail ist sicher, aber nicht zu sehen',
      },
      remedy: {
        en: 'see the server’s log for “the index cannot follow the log”, and whether the database answers',
        de: 'im Log des Servers nach „the index cannot follow the log“ suchen, und ob die Datenbank antwortet',
      },
    })
  }
  return { name: 'log', meaning: { en: `${size.en} in ${files.en}; ${covered.en}`, de: `${size.de} in ${files.de}; ${covered.de}` }, problems }
}

export const disk: LookAtPart = (_, { disk: { freeBytes, totalBytes } }) => {
  const [free, total] = [sizeWords(freeBytes), sizeWords(totalBytes)]
  const meaning = { en: `${free.en} of ${total.en} are free`, de: `${free.de} von ${total.de} sind frei` }
  // Of a large disk a tenth is much, of a small one a gigabyte is.
  const severe = freeBytes < Math.min(totalBytes * 0.03, 5 * gigabyte)
  if (!severe && freeBytes >= Math.min(totalBytes * 0.1, 50 * gigabyte)) return { name: 'disk', meaning, problems: [] }
  const problem: HealthProblem = {
    name: 'disk',
    severe,
    meaning: {
      en: `the disk of the data folder is nearly full (${meaning.en}); when it is, no mail is taken`,
      de: `die Platte des Datenordners ist fast voll (${meaning.de}); ist sie es ganz, wird keine Mail angenommen`,
    },
    remedy: { en: 'make room, or give it a larger disk', de: 'Platz schaffen oder eine größere Platte nehmen' },
  }
  return { name: 'disk', meaning, problems: [problem] }
}

/** Whoever renews by itself does so thirty days before. */
const renewDays = 14
const lastDays = 3

export const certificate: LookAtPart = ({ clock }, { certificate: one }) => {
  if (one === undefined)
    return { name: 'certificate', meaning: { en: 'none yet: the server makes one', de: 'noch keines: der Server macht eines' }, off: true, problems: [] }
  const until = dayOf(one.notAfterMs)
  const meaning = one.selfSigned
    ? {
        en: `made by the server itself, until ${until}; programs of people ask whether they trust it`,
        de: `vom Server selbst ausgestellt, bis ${until}; Mailprogramme fragen nach, ob sie ihm trauen`,
      }
    : { en: `good until ${until}`, de: `gilt bis ${until}` }
  return { name: 'certificate', meaning, off: one.selfSigned, problems: certificateProblems(one, clock.now()) }
}

function certificateProblems({ notAfterMs, otherNames, replaced }: CertificateStanding, nowMs: number): HealthProblem[] {
  const problems: HealthProblem[] = []
  const leftDays = Math.floor((notAfterMs - nowMs) / dayMs)
  const day = dayOf(notAfterMs)
  if (replaced) {
    problems.push({
      name: 'certificate',
      severe: leftDays < lastDays,
      meaning: { en: 'another certificate lies in its file than the one in use', de: 'in der Datei liegt ein anderes Zertifikat als das, das in Gebrauch ist' },
      remedy: { en: 'start the server again, which then uses it', de: 'den Server neu starten; dann benutzt er es' },
    })
  } else if (leftDays < renewDays) {
    problems.push({
      name: 'certificate',
      severe: leftDays < lastDays,
      meaning:
        leftDays < 0
          ? {
              en: `the certificate expired on ${day}: programs of people refuse to connect`,
              de: `das Zertifikat ist am ${day} abgelaufen: Mailprogramme verbinden sich nicht mehr`,
            }
          : { en: `the certificate expires on ${day}`, de: `das Zertifikat läuft am ${day} ab` },
      remedy: { en: 'renew it, and start the server again', de: 'es erneuern und den Server neu starten' },
    })
  }
  if (otherNames !== undefined) {
    problems.push({
      name: 'certificate',
      severe: false,
      meaning: {
        en: `the certificate is not for this host, but for ${otherNames}`,
        de: `das Zertifikat gilt nicht für diesen Host, sondern für ${otherNames}`,
      },
      remedy: { en: 'use one that names the host of posthorn.toml', de: 'eines verwenden, das den Host aus posthorn.toml nennt' },
    })
  }
  return problems
}

export const nameServer: LookAtPart = (_, { nameServer: found }) => {
  if (found === undefined)
    return { name: 'name-server', meaning: { en: 'asked while the server runs', de: 'wird gefragt, solange der Server läuft' }, off: true, problems: [] }
  if (found.why === undefined) {
    const took = `${Math.max(1, Math.round(found.tookMs))} ms`
    return { name: 'name-server', meaning: { en: `answers within ${took}`, de: `antwortet in ${took}` }, problems: [] }
  }
  const meaning = { en: `does not answer (${found.why})`, de: `antwortet nicht (${found.why})` }
  const problem: HealthProblem = {
    name: 'name-server',
    severe: true,
    meaning: {
      en: `the name server does not answer (${found.why}): mail to others waits, and senders cannot be checked`,
      de: `der Nameserver antwortet nicht (${found.why}): Mail an andere wartet, und Absender lassen sich nicht prüfen`,
    },
    remedy: { en: 'see /etc/resolv.conf, or [dns] in posthorn.toml, and the network', de: '/etc/resolv.conf oder [dns] in posthorn.toml prüfen, und das Netz' },
  }
  return { name: 'name-server', meaning, problems: [problem] }
}
