import type { OperationOutput } from '../../data/call.ts'
import { Note } from '../../ui/note.tsx'
import dns from '../dns/dns.module.css'
import { RecordToCopy } from '../dns/record-to-copy.tsx'
import { useDomainsText } from './text.ts'

interface ProofProps {
  readonly domain: string
  readonly proof: OperationOutput<'domain.proof'>
  /** It was looked for more than once. */
  readonly stillMissing: boolean
}

/** The record by which somebody shows that a domain is theirs, and why it is asked for. */
export function Proof({ domain, proof, stillMissing }: ProofProps) {
  const { proof: text } = useDomainsText()
  return (
    <>
      <p>{text.why(domain)}</p>
      <p>{text.how}</p>
      <div className={dns.record}>
        <RecordToCopy record={proof} />
      </div>
      {stillMissing ? <Note tone="warn">{text.missing}</Note> : undefined}
    </>
  )
}
