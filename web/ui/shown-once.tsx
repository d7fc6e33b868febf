import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Note } from './note.tsx'

interface ShownOnceProps {
  /** That it is shown this once, and what for. */
  readonly note: string
  /** What it is: "password". */
  readonly what: string
  readonly secret: string
  readonly done: string
  readonly onDone: () => void
}

/** A secret that the server has made and does not keep. */
export function ShownOnce({ note, what, secret, done, onDone }: ShownOnceProps) {
  return (
    <>
      <Note tone="good">{note}</Note>
      <p>
        <code>{secret}</code> <CopyButton what={what} value={secret} />
      </p>
      <div>
        <Button tone="primary" onPress={onDone}>
          {done}
        </Button>
      </div>
    </>
  )
}
