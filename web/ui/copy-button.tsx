import { useEffect, useState } from 'react'
import { useUiText } from '../text/ui.ts'
import { Button, IconButton } from './button.tsx'

/** Copies `value`. `label`: with words of its own; else an icon, named after `what` it copies. */
export function CopyButton({ value, what, label }: { readonly value: string; readonly what: string; readonly label?: string }) {
  const [copied, setCopied] = useState(false)
  const text = useUiText()
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => {
    void navigator.clipboard.writeText(value).then(() => setCopied(true))
  }
  if (label === undefined) return <IconButton small icon={copied ? 'check' : 'copy'} name={copied ? text.copied : `${text.copy}: ${what}`} onPress={copy} />
  return (
    <Button small icon={copied ? 'check' : 'copy'} onPress={copy}>
      {copied ? text.copied : label}
    </Button>
  )
}
