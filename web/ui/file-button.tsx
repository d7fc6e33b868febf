import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Button } from './button.tsx'

interface FileButtonProps {
  /** What it asks for, as a verb. */
  readonly label: string
  /** Media types and endings: ['.csv', 'text/csv']. */
  readonly accepts: readonly string[]
  readonly onChoose: (file: File) => void
}

/** Asks for a file of one's own. */
export function FileButton({ label, accepts, onChoose }: FileButtonProps) {
  const choose = (files: FileList | null) => {
    const file = files?.[0]
    if (file !== undefined) onChoose(file)
  }
  return (
    <FileTrigger acceptedFileTypes={accepts} onSelect={choose}>
      <Button>{label}</Button>
    </FileTrigger>
  )
}
