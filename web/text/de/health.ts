import type { Like } from '../catalogue.ts'
import type { health as english } from '../en/health.ts'

export const health: Like<typeof english> = {
  title: 'Zustand',
  lead: 'Wie es dieser Installation geht. Worum Sie sich kümmern sollten, steht zuerst.',
  allWell: 'Nichts zu tun: alles in Ordnung.',
  what: 'Was geprüft wurde',
  looked: (at) => `Geprüft um ${at}; alle halbe Minute, solange diese Seite offen ist.`,
  states: { good: 'gut', off: 'nicht eingerichtet', warn: 'zu erledigen', bad: 'dringend' },
  parts: {
    server: 'Server',
    disk: 'Platte',
    log: 'Nachrichten auf der Platte',
    database: 'Datenbank',
    'name-server': 'Nameserver',
    certificate: 'Zertifikat',
    queue: 'Warteschlange',
    relays: 'Relays',
    zones: 'DNS der Domains',
    dkim: 'DKIM-Schlüssel',
    virus: 'Virenprüfung',
    engines: 'Inhaltsfilter',
    blocklists: 'Sperrlisten',
    passwords: 'Bekannt gewordene Passwörter',
    settings: 'Einstellungen',
  },
  goThere: {
    relays: 'Zu den Relays',
    zones: 'Zu den DNS-Einträgen',
    dkim: 'Zu den DNS-Einträgen',
    queue: 'Zur Warteschlange',
    settings: 'Zu den Einstellungen',
  },
}
