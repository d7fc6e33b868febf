import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { cache, onSignedOut } from '../data/cache.ts'
import { useLanguage } from '../text/language.ts'
import { Toasts } from '../ui/toast.tsx'
import { router } from './router.ts'

onSignedOut(() => {
  const { pathname, href } = router.state.location
  if (pathname === '/sign-in') return
  cache.clear()
  void router.navigate({ to: '/sign-in', search: { to: href } })
})

/** Everything: what all screens stand in. */
export function Application() {
  const language = useLanguage()
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <I18nProvider locale={{ en: 'en-US', de: 'de-DE' }[language]}>
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </I18nProvider>
  )
}
