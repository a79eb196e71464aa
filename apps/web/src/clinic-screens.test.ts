import { rm } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildApp, chromiumPath, launchBrowser, seriousViolations, signIn } from '../test-support/browser.ts'
import { type Fixture, startFixture } from '../test-support/fixture-server.ts'

const path = chromiumPath()
const own = '/subjects/clinic/north-family'

describe.skipIf(!path)('the screens of a clinic, in a real browser', () => {
  let dist: string
  let browser: Browser
  let fixture: Fixture
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    dist = await buildApp()
    browser = await launchBrowser(path!)
  })
  afterAll(async () => {
    await browser?.close()
    await rm(dist, { recursive: true, force: true })
  })
  beforeEach(async () => {
    fixture = await startFixture({ dist, tick: 250 })
    await open(1440)
  })
  afterEach(async () => {
    await context.close()
    await fixture.close()
    expect(complaints).toEqual([])
  })

  async function open(width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    await context?.close()
    context = await browser.newContext({ viewport: { width, height: 1000 }, locale: 'en-GB', colorScheme })
    page = await context.newPage()
    complaints = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
        complaints.push(message.text())
    })
  }
  const go = (where: string, user = 'manager') => signIn(page, fixture.url, user, own + where)

  it('leads from the list of places to this week, with what stands out and what may not be shown', async () => {
    await signIn(page, fixture.url, 'manager', '/subjects')
    await page.getByTestId('clinics').getByText('1 recommendation to decide').waitFor()
    await page.getByRole('link', { name: 'North family medicine' }).click()
    await page.getByTestId('strip').getByText('pays with a chance of 85 %').waitFor()
    const load = page.getByTestId('load')
    await load.getByText('Elm will be overloaded this week').waitFor()
    expect(await load.getByRole('row').count()).toBe(7)
    // The cell says all of it in a sentence for those who do not see the bar.
    const elm = await page.getByTestId('load-elm').getByRole('cell').first().textContent()
    expect(elm).toMatch(/^Elm, \d+ \w+, measured: \d+ h of work, .* outside scheduled time, .*overloaded: \d+ %/)
    expect(await page.getByTestId('load-yew').getByRole('cell').first().textContent()).toMatch(
      /not shown, fewer than 5/,
    )
    expect(await page.getByTestId('load-yew').textContent()).not.toMatch(/\d h/)
    expect(await page.getByTestId('vital-work-hours').textContent()).toContain('47.6')
    expect(await seriousViolations(page)).toEqual([])
    await load.locator('summary').click()
    await expect.poll(() => load.getByRole('row').count()).toBe(7 + 1 + 18)
  })

  it('shows the weeks ahead with what has passed, and forecasts beside what came', async () => {
    await go('/next')
    const load = page.getByTestId('load')
    await load.getByText('Three of Birch are away').waitFor()
    expect(await load.locator('thead th').count()).toBe(10)
    await page
      .getByText(/^Made 7 d before: 10 of 10/)
      .first()
      .waitFor()
    expect(await page.getByRole('combobox', { name: 'Show' }).locator('option').first().textContent()).toBe('last 7 d')
    expect(await seriousViolations(page)).toEqual([])
  })

  it('a change is confined to pods, asked of the server so and kept in the address', async () => {
    await go('/what-if')
    await page.getByRole('checkbox', { name: 'Change Let a team deal with messages first' }).check()
    const where = page.getByRole('group', { name: 'Where: Let a team deal with messages first' })
    await where.getByRole('checkbox', { name: 'Oak' }).check()
    await where.getByRole('checkbox', { name: 'Elm' }).focus()
    await page.keyboard.press('Space')
    await expect
      .poll(() => fixture.asked()?.interventions)
      .toEqual([{ intervention: 'team-inbox', dose: 30, on: ['elm', 'oak'] }])
    expect(await where.getByRole('checkbox', { name: 'everywhere' }).isChecked()).toBe(false)
    // Of so few people nothing may be asked alone.
    expect(await where.getByRole('checkbox', { name: 'Yew (fewer than 5 people)' }).isDisabled()).toBe(true)
    await expect.poll(() => decodeURIComponent(page.url())).toContain('"team-inbox":["elm","oak"]')
    await page.reload()
    await where.getByRole('checkbox', { name: 'Elm', checked: true }).waitFor()
    await where.getByRole('checkbox', { name: 'everywhere' }).check()
    await expect.poll(() => fixture.asked()?.interventions).toEqual([{ intervention: 'team-inbox', dose: 30 }])
    expect(await seriousViolations(page)).toEqual([])
  })

  it('an option says what it is worth, who is worse off and what others found, and is answered as ever', async () => {
    await go('/do')
    const worth = page.getByTestId('worth').first()
    await worth.getByText('USD a year').first().waitFor()
    const words = (await worth.textContent())!
    for (const part of [
      '+33,000',
      '85 %',
      '38',
      '3.2 h a week',
      'Nurses and assistants',
      '✓ agrees 1',
      '✕ disagrees 1',
    ])
      expect(words, part).toContain(part)
    await worth.getByText('What others found').click()
    await worth.getByText('Fewer notifications alone did not change burnout').waitFor()
    expect(await page.getByTestId('worth').nth(1).textContent()).toContain('Nobody is expected to be.')
    expect(await seriousViolations(page)).toEqual([])
    await page.getByTestId('modify').first().click()
    const panel = page.getByTestId('decision-panel')
    expect(await panel.getByRole('checkbox', { name: 'Elm' }).isChecked()).toBe(true)
    await panel.getByRole('checkbox', { name: 'Oak' }).uncheck()
    await panel.getByTestId('reason-dose-adjusted').click()
    await page.getByTestId('decision').getByText('in Elm', { exact: true }).waitFor()
  })

  it('under Trust: measures with definitions, risk with its ceiling, fairness, and how many contest', async () => {
    await go('/trust')
    const measure = page.getByTestId('groups-ehr-time-8')
    await measure.getByText('Definition and source').click()
    await measure.getByText('Hours in the record for 8 h').waitFor()
    expect(await measure.getByRole('row', { name: /^Oak/ }).textContent()).toContain('log 90 %')
    const burnout = page.getByTestId('groups-burnout')
    expect(await burnout.getByRole('row', { name: /^Yew/ }).textContent()).toBe('Yewfewer than 5 people')
    await page.getByText('What logs can tell of burnout is little').waitFor()
    await page.getByTestId('groups-inbox-ratio').getByText('Seniority').waitFor()
    await page.getByText('Clinic: too few to tell').waitFor()
    // What is about one person alone is nowhere on a manager's pages.
    expect(await page.getByRole('heading', { name: /^My / }).count()).toBe(0)
    expect(await seriousViolations(page)).toEqual([])
  })

  it('a rota is proposed while one watches, and says how good it is and how evenly it shares', async () => {
    await go('/rota')
    const rota = page.getByTestId('rota')
    await page.getByRole('heading', { name: 'Rota in force' }).waitFor()
    expect(await rota.getByRole('row', { name: /^Dr Castillo \d/ }).textContent()).toContain('away')
    await page.getByRole('button', { name: 'Make a proposal' }).click()
    await page.getByText(/^Working for .* at most .* left/).waitFor()
    await page.getByText('at most 1.2 % from the best that could exist').waitFor()
    await page.getByRole('heading', { name: 'Proposed rota' }).waitFor()
    expect(await page.getByRole('link', { name: 'Download (CSV)' }).getAttribute('href')).toMatch(/rota\.csv$/)
    await page.getByTestId('rota-rules').getByText('91 of 104').waitFor()
    await page.getByTestId('rota-fairness').getByText('Friday afternoons').waitFor()
    await page.getByRole('button', { name: /^Yew/ }).press('Enter')
    await expect.poll(() => rota.locator('tbody tr').count()).toBe(5)
    expect(await rota.getByRole('cell', { name: 'messages', exact: true }).count()).toBeGreaterThan(0)
    expect(await seriousViolations(page)).toEqual([])
    await page.reload()
    await page.getByRole('heading', { name: 'Proposed rota' }).waitFor()
  })

  it('a rota being made can be stopped, and rules that clash are told with what would mend them', async () => {
    fixture.rota({ takes: Number.POSITIVE_INFINITY, clash: false })
    await go('/rota')
    await page.getByRole('button', { name: 'Make a proposal' }).click()
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await page.getByText('It was stopped. The rota in force stands.').waitFor()
    await page.getByRole('heading', { name: 'Rota in force' }).waitFor()
    fixture.rota({ takes: 0, clash: true })
    await page.getByRole('button', { name: 'Make another' }).click()
    const clashes = page.getByTestId('clashes')
    await clashes.getByText('Birch needs 6 clinicians').waitFor()
    await clashes.getByText('Ask for 5 there').waitFor()
    expect(await seriousViolations(page)).toEqual([])
  })

  it('fits a phone, in the dark too, with periods below each other', async () => {
    await open(360, 'dark')
    // A few weeks stand beside each other still; many stand below each other, pod by pod.
    await go('/now')
    await page.getByTestId('load-elm').getByRole('cell').first().waitFor()
    await page.goto(`${fixture.url}${own}/next`)
    const elm = page.getByTestId('load-elm')
    await elm.locator('summary').click()
    await elm.getByRole('listitem').first().waitFor()
    expect(await elm.getByRole('listitem').count()).toBe(9)
    for (const [where, shown] of [
      ['/now', 'load'],
      ['/next', 'load'],
      ['/do', 'worth'],
      ['/trust', 'groups'],
      ['/rota', 'rota'],
    ] as const) {
      await page.goto(`${fixture.url}${own}${where}`)
      await page.getByTestId(shown).first().waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), where).toBeLessThanOrEqual(0)
    }
    expect(await seriousViolations(page, ['color-contrast', 'target-size'])).toEqual([])
  }, 120_000)

  it('offers neither an answer nor the rota to those who may not decide', async () => {
    await go('/now', 'researcher')
    await page.getByTestId('strip').getByText('You may read this, but not decide.').waitFor()
    expect(await page.getByTestId('strip').getByRole('button').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Rota' }).count()).toBe(0)
    await page.goto(`${fixture.url}${own}/rota`)
    await page.getByText('Only managers make and see rotas.').waitFor()
  })
})
