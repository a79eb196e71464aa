import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'
import { build } from 'vite'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The Chromium of this machine, or undefined where there is none. */
export function chromiumPath(): string | undefined {
  return [process.env.CHROMIUM_PATH, ...places].find((path) => path !== undefined && existsSync(path))
}

/** Builds the app into a folder of its own, to be removed afterwards. */
export async function buildApp(): Promise<string> {
  const dist = await mkdtemp(join(tmpdir(), 'counterpart-web-'))
  const root = fileURLToPath(new URL('..', import.meta.url))
  await build({ root, logLevel: 'error', build: { outDir: dist, emptyOutDir: true } })
  return dist
}

/** Signs in to the fixture server and lands on a page. */
export async function signIn(page: Page, url: string, user: string, to: string): Promise<void> {
  await page.goto(url + to)
  await page.getByLabel('User name').fill(user)
  await page.getByLabel('Password').fill('fixture')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
}

/** A headless browser of its own, with a fresh profile. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** What axe-core finds that is serious or critical, in a line each; `rules` limits it to those. */
export async function seriousViolations(page: Page, rules?: string[]): Promise<string[]> {
  // No frames here, so the one-page mode does, which does not open a second page for each run.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] })
  const result = await (rules
    ? axe.withRules(rules)
    : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
  ).analyze()
  return result.violations
    .filter((each) => each.impact === 'serious' || each.impact === 'critical')
    .map(
      (each) =>
        `${each.id}: ${each.nodes.length} × e.g. ${each.nodes[0]?.html.slice(0, 160)} – ${each.nodes[0]?.failureSummary?.split('\n')[1]?.trim() ?? ''}`,
    )
}
