import type { MessageView } from '../view/message-view.ts'

/** What is known of the sender from before (SPEC A11); 0 where nothing is. */
export function standingFacts({ input: { standing } }: MessageView) {
  return {
    'reputation.address': standing?.address ?? 0,
    'reputation.network': standing?.network ?? 0,
    'reputation.domain': standing?.domain ?? 0,
    'wrote-to': standing?.wroteTo === true ? 1 : 0,
  }
}
