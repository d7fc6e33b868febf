import { useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { passkeyAlone, type SecondWanted, signIn } from '../../data/me.ts'
import { askForPasskey, hasPasskeys } from '../../data/passkeys.ts'
import { type Problem, problemFrom } from '../../data/problem.ts'
import { catalogue } from '../../text/catalogue.ts'
import { signIn as de } from '../../text/de/sign-in.ts'
import { signIn as en } from '../../text/en/sign-in.ts'
import { chooseLanguage, useLanguage } from '../../text/language.ts'
import icon from '../../theme/icon.svg'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { TextField } from '../../ui/text-field.tsx'
import styles from './sign-in.module.css'

const useText = catalogue({ en, de })

export function SignIn() {
  const text = useText()
  const language = useLanguage()
  const router = useRouter()
  const { to } = useSearch({ from: '/sign-in' })
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [customers, setCustomers] = useState<readonly string[]>([])
  const [customer, setCustomer] = useState<string>()
  const [second, setSecond] = useState<SecondWanted>()
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  useEffect(() => {
    document.title = `${text.title} · Posthorn`
  }, [text])

  const send = async (given: Parameters<typeof signIn>[0]) => {
    setProblem(undefined)
    setPending(true)
    try {
      const answer = await signIn(given)
      setCustomers(answer.customers ?? [])
      setSecond(answer.second)
      if (answer.customers === undefined && answer.second === undefined) await router.navigate({ href: to ?? '/', replace: true })
    } catch (error) {
      setProblem(problemFrom(error as Error))
    }
    setPending(false)
  }
  const credentials = { name: name.trim(), password, customer }
  const submit = async () => {
    setTried(true)
    if (name.trim() === '' || password === '') return
    const given = code.replaceAll(/\s/g, '')
    if (second === undefined) await send(credentials)
    else if (given !== '') await send({ ...credentials, second: /^\d{6}$/.test(given) ? { totp: given } : { recoveryCode: given } })
  }
  const byPasskey = async () => {
    const request = second === undefined ? await passkeyAlone().catch(() => undefined) : second.passkey
    const passkey = request && (await askForPasskey(request))
    if (passkey !== undefined) await send(second === undefined ? { passkey } : { ...credentials, second: { passkey } })
  }
  const passkeys = hasPasskeys && (second === undefined || second.passkey !== undefined)
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.head}>
          <img src={icon} alt="" width={40} height={40} />
          <h1>{text.title}</h1>
        </div>
        <Form
          onSubmit={() => void submit()}
          problem={problem}
          actions={
            <>
              <Button type="submit" tone="primary" pending={pending}>
                {text.submit}
              </Button>
              {passkeys ? (
                <Button icon="key" onPress={() => void byPasskey()}>
                  {text.passkey}
                </Button>
              ) : undefined}
            </>
          }
        >
          {second === undefined ? (
            <>
              <TextField
                label={text.name}
                name="name"
                value={name}
                onChange={setName}
                autoComplete="username"
                inputMode="email"
                autoFocus
                error={tried && name.trim() === '' ? text.nameMissing : undefined}
              />
              <TextField
                label={text.password}
                name="password"
                type="password"
                value={password}
                onChange={setPassword}
                autoComplete="current-password"
                error={tried && password === '' ? text.passwordMissing : undefined}
              />
            </>
          ) : (
            <TextField label={text.code} name="code" note={text.codeNote} value={code} onChange={setCode} autoComplete="one-time-code" autoFocus mono />
          )}
          {customers.length === 0 ? undefined : (
            <RadioCards label={text.customer} choices={customers.map((name) => ({ value: name, label: name }))} value={customer} onChange={setCustomer} />
          )}
        </Form>
      </div>
      <div className={styles.foot}>
        <Button tone="quiet" small onPress={() => chooseLanguage(language === 'de' ? 'en' : 'de')}>
          {text.otherLanguage}
        </Button>
      </div>
    </main>
  )
}
