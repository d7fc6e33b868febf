import { abuseRoutes } from './abuse/routes.ts'
import { addressRoutes } from './address/routes.ts'
import { auditRoutes } from './audit/routes.ts'
import { bulkRoutes } from './bulk/routes.ts'
import { dnsRoutes } from './dns/routes.ts'
import { customerRoutes } from './customers/routes.ts'
import { domainRoutes } from './domains/routes.ts'
import { healthRoutes } from './health/routes.ts'
import { homeRoutes } from './home/routes.ts'
import { consentRoutes } from './consent/routes.ts'
import { alone, inside, root, signInByRoute, signInRoute } from './inside.ts'
import { journalRoutes } from './journal/routes.ts'
import { letterRoutes } from './letters/routes.ts'
import { lockRoutes } from './locks/routes.ts'
import { protectionRoutes } from './protection/routes.ts'
import { securityRoutes } from './security/routes.ts'
import { providerRoutes } from './provider/routes.ts'
import { queueRoutes } from './queue/routes.ts'
import { relayRoutes } from './relays/routes.ts'
import { statisticsRoutes } from './statistics/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import { operatorRoutes } from './operators/routes.ts'
import { planRoutes } from './plans/routes.ts'
import { settingRoutes } from './settings/routes.ts'
import { webhookRoutes } from './webhooks/routes.ts'

/** Every screen, part by part; each part has its own `routes.ts`. */
export const routes = root.addChildren([
  signInRoute,
  signInByRoute,
  alone.addChildren([...consentRoutes]),
  inside.addChildren([
    // One a line.
    ...homeRoutes,
    ...journalRoutes,
    ...statisticsRoutes,
    ...domainRoutes,
    ...bulkRoutes,
    ...dnsRoutes,
    ...protectionRoutes,
    ...lockRoutes,
    ...auditRoutes,
    ...securityRoutes,
    ...addressRoutes,
    ...queueRoutes,
    ...relayRoutes,
    ...customerRoutes,
    ...peopleRoutes,
    ...operatorRoutes,
    ...providerRoutes,
    ...planRoutes,
    ...settingRoutes,
    ...letterRoutes,
    ...abuseRoutes,
    ...healthRoutes,
    ...webhookRoutes,
  ]),
])
