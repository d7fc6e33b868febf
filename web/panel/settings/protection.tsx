import { Link } from '@tanstack/react-router'
import { useRead } from '../../data/operations.ts'
import { Crumbs, Page, Section } from '../../ui/page.tsx'
import { Loaded } from '../../ui/state.tsx'
import { useFrameText } from '../frame/text.ts'
import { useOperationText } from '../operation-text.ts'
import { sendingKeys, settingKeys } from '../protection/settings.ts'
import { useProtectionText } from '../protection/text.ts'
import { ValuesForm } from '../protection/values-form.tsx'

/** What holds for each address where neither it nor its domain, customer or plan says anything. */
export function ProtectionOfAll() {
  const { settings: text } = useOperationText()
  const { defaults } = useProtectionText()
  const { crumbs } = useFrameText()
  const list = useRead('setting.list', {})
  return (
    <Page
      title={text.protection}
      crumbs={
        <Crumbs name={crumbs}>
          <Link to="/settings">{text.title}</Link>
        </Crumbs>
      }
    >
      <Loaded of={list}>
        {({ settings }) => {
          const before = Object.fromEntries(settings.filter(({ set }) => set).map(({ key, value }) => [key, value]))
          const otherwise = Object.fromEntries(settings.map((setting) => [setting.key, setting.default]))
          // Begun anew with what was saved.
          const form = {
            of: { operation: 'setting.set', input: {} },
            before,
            otherwise,
            whence: text.asDelivered,
            saved: defaults.saved,
            mayChange: true,
          } as const
          const key = JSON.stringify(before)
          return (
            <>
              <Section title={defaults.title} note={text.protectionNote}>
                <ValuesForm key={key} {...form} keys={settingKeys} />
              </Section>
              <Section title={defaults.sending} note={defaults.sendingNote}>
                <ValuesForm key={key} {...form} keys={sendingKeys} />
              </Section>
            </>
          )
        }}
      </Loaded>
    </Page>
  )
}
