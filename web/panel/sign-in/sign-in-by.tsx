import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { ProviderAnswer } from '../../data/me.ts'
import { SignIn } from './sign-in.tsx'
import { takeWanted } from './wanted.ts'

/** Somebody comes back from the identity provider of their customer. */
export function SignInBy() {
  const { provider } = useParams({ from: '/sign-in/by/$provider' })
  const [arrived] = useState(() => answerOf(provider))
  const [to] = useState(takeWanted)
  return <SignIn to={to} arrived={arrived} />
}

/** As it stands in the address, and no longer there afterwards: a code is for nobody's history. */
function answerOf(providerId: string): ProviderAnswer {
  const query = new URLSearchParams(window.location.search)
  const given = (['code', 'error', 'iss'] as const).flatMap((name) => (query.get(name) === null ? [] : [[name, query.get(name)]]))
  window.history.replaceState(window.history.state, '', window.location.pathname)
  return { providerId, state: query.get('state') ?? '', ...(Object.fromEntries(given) as Pick<ProviderAnswer, 'code' | 'error' | 'iss'>) }
}
