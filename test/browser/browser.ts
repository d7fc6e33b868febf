import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

/** Debian's; the test script installs it. */
const executablePath = '/usr/bin/chromium'

/** For node:test's `skip`: why browser tests cannot run here, or false. */
export const noBrowser: string | false = existsSync(executablePath) ? false : 'chromium is not installed'

/** How a page is looked at. */
export interface Look {
  readonly language: 'en' | 'de'
  readonly width: 390 | 1280
  readonly scheme: 'light' | 'dark'
}

/** Each language, width and scheme at least once with each other of the two. */
export const looks: readonly Look[] = [
  { language: 'en', width: 1280, scheme: 'light' },
  { language: 'de', width: 1280, scheme: 'dark' },
  { language: 'en', width: 390, scheme: 'dark' },
  { language: 'de', width: 390, scheme: 'light' },
]

/** In which pages are looked at: each language, width and scheme once, since components are seen in all; POSTHORN_LOOKS=all: in all. */
export const pageLooks: readonly Look[] =
  process.env['POSTHORN_LOOKS'] === 'all'
    ? looks
    : [
        { language: 'en', width: 1280, scheme: 'light' },
        { language: 'de', width: 390, scheme: 'dark' },
      ]

/** Where pictures go: POSTHORN_SCREENSHOTS, or nowhere. */
const pictures = process.env['POSTHORN_SCREENSHOTS']
/** In px; of a taller page, what is in sight. */
const tallestPicture = 2600

/** Chromium, for one test file. */
export async function openBrowser(): Promise<Browser & AsyncDisposable> {
  // Tests run as root in containers, where Chromium's own sandbox cannot be.
  return await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

/** One person's window onto a server. Everything that it complains about is kept. */
export class Window implements AsyncDisposable {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #origin: string
  readonly #look: Look
  readonly #complaints: string[] = []

  private constructor(context: BrowserContext, page: Page, origin: string, look: Look) {
    this.#context = context
    this.page = page
    this.#origin = origin
    this.#look = look
  }

  /** `origin`: "https://127.0.0.1:8443". */
  static async open(browser: Browser, origin: string, look: Look): Promise<Window> {
    const { language, width, scheme } = look
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      locale: { en: 'en-GB', de: 'de-DE' }[language],
      timezoneId: 'Europe/Berlin',
      viewport: { width, height: width === 390 ? 844 : 800 },
      hasTouch: width === 390,
      colorScheme: scheme,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    context.setDefaultTimeout(15_000)
    const window = new Window(context, await context.newPage(), origin, look)
    window.#listen()
    return window
  }

  /** Goes to a page of the panel, from its start: "/domains". */
  async go(path: string): Promise<void> {
    await this.page.goto(`${this.#origin}/panel${path}`)
  }

  async signIn(name: string, password: string): Promise<void> {
    await this.go('/sign-in')
    await this.page.locator('input[autocomplete=username]').fill(name)
    await this.page.locator('input[autocomplete=current-password]').fill(password)
    await this.page.locator('button[type=submit]').click()
    await this.page.waitForURL((url) => !url.pathname.endsWith('/sign-in'))
  }

  /**
   * What is wrong with the page as it stands: axe's findings (WCAG 2.2 AA), errors on the console, violations of the policy, requests to elsewhere, a page that is
   * wider than the window. Takes its picture, too.
   */
  async faults(name: string): Promise<readonly string[]> {
    await this.page.waitForLoadState('networkidle')
    const { language, width, scheme } = this.#look
    const overflow = await this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    // By the protocol, past the page's policy.
    await this.page.evaluate(axe.source)
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const findings = await this.page.evaluate<axe.AxeResults>(`axe.run(document, { runOnly: ${JSON.stringify(tags)} })`)
    if (pictures !== undefined) {
      await mkdir(pictures, { recursive: true })
      const height = Number(await this.page.evaluate('document.documentElement.scrollHeight'))
      await this.page.screenshot({ path: path.join(pictures, `${name}-${width}-${scheme}-${language}.png`), fullPage: height < tallestPicture })
    }
    return [
      ...this.#complaints.splice(0),
      ...(Number(overflow) > 0 ? [`the page is ${Number(overflow)} px wider than the window`] : []),
      ...findings.violations.map(
        ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('; ')}`,
      ),
    ]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }

  #listen(): void {
    // An answer that the page expects (401 before signing in) is a matter of the console all the same.
    this.page.on('console', (message) => {
      if (message.type() !== 'error' && message.type() !== 'warning') return
      if (/the server responded with a status of 4\d\d/.test(message.text())) return
      this.#complaints.push(`console: ${message.text()}`)
    })
    this.page.on('pageerror', (error) => this.#complaints.push(`error: ${error.stack ?? error.message}`))
    this.page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(`${this.#origin}/`) && !url.startsWith('data:')) this.#complaints.push(`request to ${url}`)
    })
  }
}
