import { rm } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildApp, chromiumPath, launchBrowser, seriousViolations, signIn } from '../test-support/browser.ts'
import { type Fixture, startFixture } from '../test-support/fixture-server.ts'

const path = chromiumPath()

describe.skipIf(!path)('the screens of one’s own work, in a real browser', () => {
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

  /** The browser stands in Tokyo: times are told by the clinic's clock all the same. */
  async function open(width: number): Promise<void> {
    await context?.close()
    context = await browser.newContext({ viewport: { width, height: 1000 }, locale: 'en-GB', timezoneId: 'Asia/Tokyo' })
    page = await context.newPage()
    complaints = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
        complaints.push(message.text())
    })
  }
  const go = (where: string) => signIn(page, fixture.url, 'doctor', where)

  it('signing in leads to one’s own weeks: past, forecast, which are likely to be overloaded', async () => {
    await go('/')
    await page.waitForURL('**/my-work')
    const load = page.getByTestId('load')
    await load.getByText(/is likely to be overloaded: two colleagues/).waitFor()
    await page.getByTestId('own-banner').getByText('Dr Adeyemi · Elm, North family medicine').waitFor()
    expect(await load.getByRole('cell', { name: /forecast: .* h .* of work.*overload: \d+ % \(/ }).count()).toBe(4)
    expect(await load.getByRole('cell', { name: /64 % of the log is there/ }).count()).toBe(1)
    expect(await load.getByRole('cell', { name: /on leave/ }).count()).toBe(1)
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link').first().textContent()).toBe('My work')
    expect(await seriousViolations(page)).toEqual([])
  })

  it('any figure is contested in two clicks, and taken back', async () => {
    await go('/my-work')
    await page
      .getByRole('button', { name: /^Contest or note: week of/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'I was away' }).click()
    await page.getByText('⚑ contested').waitFor()
    expect(fixture.sent()).toMatchObject({ path: '/api/me/statements', body: { kind: 'contest', text: 'I was away' } })
    // A Monday by the clinic's clock, although the reader's calendar is a day ahead for part of it.
    const { week } = (fixture.sent()!.body as { about: { week: string } }).about
    expect(new Date(`${week}T00:00Z`).getUTCDay()).toBe(1)
    await page.getByRole('link', { name: /^Comments ?, 1$/ }).click()
    const list = page.getByTestId('statements')
    await list.getByText('“I was away”').waitFor()
    await list
      .getByRole('button', { name: /^Take back/ })
      .first()
      .click()
    await list.getByText(/taken back/).waitFor()
    expect(await seriousViolations(page)).toEqual([])
  })

  it('a note in one’s own words is asked for before it is sent', async () => {
    await go('/my-work/measures')
    await page.getByRole('button', { name: 'Contest or note: WOW8' }).press('Enter')
    const drawer = page.getByTestId('contest')
    await drawer.getByRole('button', { name: 'Only note it' }).click()
    await drawer.getByRole('alert').waitFor()
    expect(fixture.sent()).toBeUndefined()
    expect(await seriousViolations(page)).toEqual([])
    await drawer.getByLabel('In your own words').fill('I type at home')
    await drawer.getByRole('button', { name: 'Only note it' }).press('Enter')
    await page.getByTestId('groups-wow-8').getByText('✎ noted').waitFor()
    expect(fixture.sent()!.body).toEqual({ kind: 'annotation', about: { measure: 'wow-8' }, text: 'I type at home' })
  })

  it('a survey says what is missing, takes one there, and is kept with its score', async () => {
    await go('/my-work/private')
    await page.getByRole('button', { name: 'Answer Professional Fulfillment Index' }).click()
    const survey = page.getByTestId('survey')
    await survey.getByRole('button', { name: 'Keep my answers' }).click()
    const missing = survey.getByRole('alert')
    expect(await missing.getByRole('link').count()).toBe(3)
    expect(await missing.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(await seriousViolations(page)).toEqual([])
    await missing.getByRole('link', { name: /My work is meaningful/ }).click()
    await page.keyboard.press('Space')
    await expect.poll(() => missing.getByRole('link').count()).toBe(2)
    for (const item of ['I feel happy at work', 'I feel worn out at work'])
      await survey.getByRole('group', { name: item }).getByLabel('Often').check()
    await survey.getByRole('button', { name: 'Keep my answers' }).click()
    await page.getByText('Kept, for you alone.').waitFor()
    expect(fixture.sent()!.body).toEqual({
      instrument: 'pfi',
      answers: { 'item-1': 3, 'item-2': 0, 'item-3': 3 },
    })
    await expect.poll(() => page.getByTestId('own-surveys').locator('tbody tr').count()).toBe(2)
  })

  it('a scale has no answer before it is touched', async () => {
    await go('/my-work/private')
    await page.getByRole('button', { name: 'Answer NASA Task Load Index' }).click()
    const survey = page.getByTestId('survey')
    await survey.getByRole('spinbutton', { name: 'Effort, as a number' }).fill('63')
    await survey.getByRole('button', { name: 'Keep my answers' }).click()
    expect(await survey.getByRole('alert').getByRole('link').allTextContents()).toEqual([
      '“Mental demand” has no answer',
    ])
    await survey.getByRole('slider', { name: 'Mental demand' }).press('End')
    await survey.getByRole('button', { name: 'Keep my answers' }).click()
    await page.getByText('Kept, for you alone.').waitFor()
    expect(fixture.sent()!.body).toEqual({ instrument: 'nasa-tlx', answers: { 'mental-demand': 100, effort: 65 } })
  })

  it('a wearable is paused until a day, resumed and withdrawn; its days are seen here', async () => {
    await go('/my-work/private')
    await page
      .getByTestId('wearable')
      .getByText(/^Sleep, h: last .* 27 of 28 days/)
      .waitFor()
    const consent = page.getByTestId('consent-wearable')
    await consent.getByLabel(/^How long to pause/).selectOption('14')
    const before = Date.now()
    await consent.getByRole('button', { name: /^Pause/ }).click()
    await consent.getByText('◐ paused').waitFor()
    const { until } = fixture.sent()!.body as { until: number }
    expect((until - before) / 86_400_000).toBeCloseTo(14, 2)
    await page.getByText('Nothing is taken from a wearable unless you agree').waitFor()
    await consent.getByRole('button', { name: /^Resume/ }).click()
    await page.getByLabel(/^Add days from a table/).setInputFiles({
      name: 'days.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('day,sleep,heart-rate-variability,steps\n2030-01-02,400,41,9000\n'),
    })
    await page.getByText('1 day was added.').waitFor()
    await consent.getByRole('button', { name: /^Withdraw/ }).click()
    await consent.getByText('✕ withdrawn').waitFor()
    expect(fixture.sent()).toMatchObject({ path: '/api/me/consents/wearable', body: { state: 'withdrawn' } })
    expect(await seriousViolations(page)).toEqual([])
  })

  it('says what is held and who may see it, who looked by the clinic’s clock, and erases only when asked twice', async () => {
    await go('/my-work/data')
    const held = page.getByTestId('held')
    expect(await held.getByRole('row', { name: /^What your wearable/ }).textContent()).toContain('You alone')
    const looked = page.getByTestId('own-looked')
    await looked.getByRole('row', { name: /Jo Park.*asked for your weeks.*you.*denied/ }).waitFor()
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hourCycle: 'h23' })
    const hour = clock.format(Date.now() - 2 * 3_600_000)
    expect(await looked.getByRole('row').nth(1).textContent()).toMatch(new RegExp(`, ${hour}:\\d\\d`))
    expect(await seriousViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Erase all that only I may see …' }).click()
    expect(fixture.sent()).toBeUndefined()
    await page.getByRole('button', { name: 'Erase it for ever' }).click()
    await page.getByText('It is erased.').waitFor()
    expect(
      await held
        .getByRole('row', { name: /^What your wearable/ })
        .getByRole('cell')
        .first()
        .textContent(),
    ).toBe('0')
  })

  it('fits a phone, with every button large enough to press', async () => {
    await open(360)
    await go('/my-work')
    for (const [where, shown] of [
      ['', 'load'],
      ['/measures', 'groups'],
      ['/statements', 'statements'],
      ['/private', 'wearable'],
      ['/data', 'own-looked'],
    ] as const) {
      await page.goto(`${fixture.url}/my-work${where}`)
      await page.getByTestId(shown).waitFor()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), where).toBeLessThanOrEqual(0)
      expect(await seriousViolations(page, ['target-size', 'color-contrast']), where).toEqual([])
    }
  }, 120_000)

  it('is nobody else’s: without a provider there is no such entry', async () => {
    await signIn(page, fixture.url, 'manager', '/subjects')
    expect(await page.getByRole('link', { name: 'My work' }).count()).toBe(0)
    await page.goto(`${fixture.url}/my-work`)
    await page.getByRole('alert').waitFor()
  })
})
