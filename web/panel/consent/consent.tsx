import { useParams, useRouter } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { answerQuestion, type Question, useQuestion } from '../../data/consent.ts'
import { signOut } from '../../data/me.ts'
import { type Problem, problemFrom } from '../../data/problem.ts'
import { catalogue } from '../../text/catalogue.ts'
import { consent as de } from '../../text/de/consent.ts'
import { consent as en } from '../../text/en/consent.ts'
import { Alone } from '../../ui/alone.tsx'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Note } from '../../ui/note.tsx'
import { Loaded } from '../../ui/state.tsx'
import { TextField } from '../../ui/text-field.tsx'
import styles from './consent.module.css'

const useText = catalogue({ en, de })

/** May this program open my mailbox? A program has sent the browser here. */
export function Consent() {
  const text = useText()
  const { uid } = useParams({ from: '/alone/consent/$uid' })
  const question = useQuestion(uid)
  useEffect(() => {
    document.title = `${text.title} · Posthorn`
  }, [text])
  return (
    <Alone title={text.title} wide>
      <Loaded of={question}>{(asked) => <Asked uid={uid} asked={asked} />}</Loaded>
    </Alone>
  )
}

function Asked({ uid, asked }: { readonly uid: string; readonly asked: Question }) {
  const text = useText()
  const router = useRouter()
  const [pending, setPending] = useState<'allow' | 'deny'>()
  const [problem, setProblem] = useState<Problem>()
  const [gone, setGone] = useState(false)
  const { known, protocols, site, wanted, mailbox } = asked
  const program = asked.program === '' ? text.aProgram : text.quoted(asked.program)
  // Who may read all may fetch all.
  const told = protocols.includes('imap') ? protocols.filter((protocol) => protocol !== 'pop3') : protocols
  const [password, setPassword] = useState('')
  const answer = async (allow: boolean) => {
    setPending(allow ? 'allow' : 'deny')
    setProblem(undefined)
    try {
      const to = await answerQuestion(uid, allow, allow && asked.password ? password : undefined)
      setGone(true)
      // No screen of ours: from there the browser goes on to the program.
      location.assign(to)
    } catch (error) {
      setProblem(problemFrom(error as Error))
    }
    setPending(undefined)
  }
  const other = async () => {
    const to = router.state.location.href
    await signOut()
    await router.navigate({ to: '/sign-in', search: { to } })
  }
  if (gone) {
    return (
      <p role="status">
        {text.back} {text.close}
      </p>
    )
  }
  return (
    <>
      <p className={styles.asks}>{mailbox === null ? text.asksNobody(program) : text.asks(program, mailbox)}</p>
      <div>
        <p>{text.may}</p>
        <ul className={styles.can}>
          {told.map((protocol) => (
            <li key={protocol}>
              <Icon name="check" />
              {text.can[protocol] ?? protocol}
            </li>
          ))}
        </ul>
      </div>
      <p>{text.noPassword}</p>
      {site === null ? undefined : <p>{text.site(site)}</p>}
      {wanted !== null && mailbox !== null && wanted.toLowerCase() !== mailbox.toLowerCase() ? (
        <Note tone="warn">{text.other(wanted, mailbox)}</Note>
      ) : undefined}
      {mailbox === null ? <Note tone="warn">{text.noMailbox}</Note> : known ? <Note>{text.known}</Note> : <Note tone="warn">{text.unknown}</Note>}
      <Form
        onSubmit={() => void answer(true)}
        problem={problem}
        fields={['password']}
        actions={
          <>
            {mailbox === null ? undefined : (
              <Button type="submit" tone="primary" pending={pending === 'allow'}>
                {text.allow}
              </Button>
            )}
            <Button pending={pending === 'deny'} onPress={() => void answer(false)}>
              {text.deny}
            </Button>
            <Button tone="quiet" onPress={() => void other()}>
              {text.signOut}
            </Button>
          </>
        }
      >
        {mailbox !== null && asked.password ? (
          <TextField
            label={text.password}
            name="password"
            type="password"
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            note={text.passwordNote}
          />
        ) : undefined}
      </Form>
    </>
  )
}
