import type { Piece } from '../content/content.ts'
import type { Settings } from '../directory/settings.ts'
import type { ReversePath } from '../mail/address.ts'
import type { Client } from '../mail/client.ts'
import type { AccountId, QueueId } from '../mail/ids.ts'
import type { SenderAuthentication } from '../msgauth/authentication.ts'
import type { SpamScore } from '../spam/score.ts'
import type { VirusFinding } from '../virus/finding.ts'

/** A message about which something is to be found out. */
export interface MessageToJudge {
  readonly queueId: QueueId
  /** Undefined: somebody's own program, where he has signed in: from where says nothing, and who he is is known. */
  readonly client: Client | undefined
  /** Verified host name; '' where it is known that there is none; undefined: nobody looked. */
  readonly clientName: string | undefined
  readonly reversePath: ReversePath
  readonly recipients: readonly string[]
  readonly sizeBytes: number
  readonly octets: readonly Piece[]
  /** Is sender authentication wanted? The content filter has it in any case. */
  readonly authenticate: boolean
  readonly filter: boolean
  /** Whose own models are asked beside the installation's. */
  readonly accounts: readonly AccountId[]
  readonly known: KnownSender
  /** Of this moment. */
  readonly settings: Settings
}

/** What is known of a message's sender from before (SPEC A11). Values: -1, nothing but good, to 1, nothing but bad; 0: unknown. */
export interface KnownSender {
  /** Of the client. */
  readonly address: number
  readonly network: number
  /** That the author names, as they stand there. They count where they are proven. */
  readonly domains: readonly (readonly [domain: string, value: number])[]
  /** Authors whom each mailbox that gets the message has written to, as `addressKey` has them. They count where they are proven. */
  readonly writtenTo: readonly string[]
}

/** What was found out. Each part is undefined where it was not wanted, or could not be had. */
export interface Judged {
  readonly virus?: Timed<VirusFinding> | undefined
  readonly authentication?: Timed<SenderAuthentication> | undefined
  readonly spam?: Timed<SpamScores> | undefined
  /** Why the content filter has no score. */
  readonly noScore?: 'too late' | 'fault of ours' | undefined
  /** There was no room to look at it now; nothing was found out. */
  readonly busy?: boolean | undefined
}

export interface Timed<Found> {
  readonly found: Found
  readonly micros: number
}

export interface SpamScores {
  /** By the installation's model alone. */
  readonly common: SpamScore
  /** Of accounts that have a model of their own. */
  readonly own: ReadonlyMap<AccountId, SpamScore>
}

/** Sender authentication, content filter and virus check of a message, side by side, within a deadline (SPEC section A, "Order"). */
export interface Judging {
  /** There is a clamd to be asked. */
  readonly hasVirusCheck: boolean
  /** Never rejects. The octets are not used any more once it has resolved. */
  judge(message: MessageToJudge): Promise<Judged>
}
