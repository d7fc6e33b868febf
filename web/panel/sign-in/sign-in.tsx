import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { passkeyAlone, type GivenSecond, type ProviderAnswer, providerOf, type SecondWanted, signIn, wayToProvider } from '../../data/me.ts'
import { askForPasskey, hasPasskeys } from '../../data/passkeys.ts'
import { type Problem, problemFrom } from '../../data/problem.ts'
import { catalogue } from '../../text/catalogue.ts'
import { signIn as de } from '../../text/de/sign-in.ts'
import { signIn as en } from '../../text/en/sign-in.ts'
import { chooseLanguage, useLanguage } from '../../text/language.ts'
import { Alone } from '../../ui/alone.tsx'
import { Button } from '../../ui/button.tsx'
import { Form } from '../../ui/form.tsx'
import { RadioCards } from '../../ui/radio-cards.tsx'
import { TextField } from '../../ui/text-field.tsx'
import styles from './sign-in.module.css'
import { keepWanted } from './wanted.ts'

const useText = catalogue({ en, de })

/** How long somebody has stopped typing before it is asked by what service that name signs in, in ms. */
const typedMs = 300

interface SignInProps {
  /** Where to go then. */
  readonly to: string | undefined
  /** What they bring from an identity provider. */
  readonly arrived?: ProviderAnswer
}

export function SignIn({ to, arrived }: SignInProps) {
  const text = useText()
  const language = useLanguage()
  const router = useRouter()
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
  const isUsed = useRef(false)
  useEffect(() => {
    // An answer is good once.
    if (arrived !== undefined && !isUsed.current) void send({ provider: { answer: arrived } })
    isUsed.current = true
  })
  const provider = useProvider(name)
  const goThere = async () => {
    setPending(true)
    try {
      keepWanted(to)
      window.location.assign(await wayToProvider(name.trim()))
    } catch (error) {
      setProblem(problemFrom(error as Error))
      setPending(false)
    }
  }
  const sendSecond = async (given: GivenSecond) =>
    await send(arrived === undefined || name !== '' ? { ...credentials, second: given } : { provider: { second: given } })
  const credentials = { name: name.trim(), password, customer }
  const submit = async () => {
    setTried(true)
    if (second === undefined && (name.trim() === '' || password === '')) return
    const given = code.replaceAll(/\s/g, '')
    if (second === undefined) await send(credentials)
    else if (given !== '') await sendSecond(/^\d{6}$/.test(given) ? { totp: given } : { recoveryCode: given })
  }
  const byPasskey = async () => {
    const request = second === undefined ? await passkeyAlone().catch(() => undefined) : second.passkey
    const passkey = request && (await askForPasskey(request))
    if (passkey !== undefined) await (second === undefined ? send({ passkey }) : sendSecond({ passkey }))
  }
  const passkeys = hasPasskeys && (second === undefined || second.passkey !== undefined)
  return (
    <Alone
      title={text.title}
      look={styles.card}
      foot={
        <div className={styles.foot}>
          <Button tone="quiet" small onPress={() => chooseLanguage(language === 'de' ? 'en' : 'de')}>
            {text.otherLanguage}
          </Button>
        </div>
      }
    >
      <Form
        onSubmit={() => void submit()}
        problem={problem}
        actions={
          <>
            <Button type="submit" tone="primary" pending={pending}>
              {text.submit}
            </Button>
            {second === undefined && provider !== undefined ? (
              <Button icon="person" onPress={() => void goThere()}>
                {text.provider(provider)}
              </Button>
            ) : undefined}
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
    </Alone>
  )
}

/** By what service names like this one sign in, once they are typed; undefined: by none. */
function useProvider(name: string): string | undefined {
  const [found, setFound] = useState<{ readonly domain: string; readonly provider: string | undefined }>()
  const domain = /@(\S+\.\S+)$/.exec(name.trim())?.[1]
  useEffect(() => {
    if (domain === undefined) return undefined
    let isWanted = true
    const timer = window.setTimeout(() => {
      // Without an answer, there are the other ways.
      providerOf(`x@${domain}`).then(
        (provider) => isWanted && setFound({ domain, provider }),
        () => {},
      )
    }, typedMs)
    return () => {
      isWanted = false
      window.clearTimeout(timer)
    }
  }, [domain])
  return found?.domain === domain ? found?.provider : undefined
}
