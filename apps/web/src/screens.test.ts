import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  buildApp,
  chromiumPath,
  launchBrowser,
  seriousViolations,
  signIn as signInTo,
} from '../test-support/browser.ts'
import { type Fixture, startFixture } from '../test-support/fixture-server.ts'

const path = chromiumPath()
if (!path) console.log('skipped: no Chromium found (set CHROMIUM_PATH, or install Debian’s package "chromium")')

const own = '/subjects/patient/p1'
const department = '/subjects/department/north-ed'
const pages: Readonly<Record<string, string>> = {
  list: '/subjects',
  now: `${own}/now`,
  next: `${own}/next?past=7200000&all=true`,
  'what if': `${own}/what-if?b=${encodeURIComponent(JSON.stringify([{ n: 'Dobutamine 5', d: { inotrope: 5 } }]))}`,
  do: `${own}/do`,
  trust: `${own}/trust`,
  why: `/why?event=${encodeURIComponent('cardiovascular:patient/p1@812')}`,
  quarantine: '/quarantine',
  'quarantine entry': '/quarantine?entry=q1',
  audit: '/audit',
  sources: '/sources',
  models: '/models',
  model: '/models/decay',
  'a department now': `${department}/now`,
  'a department next': `${department}/next`,
  'a department what if': `${department}/what-if?b=${encodeURIComponent(JSON.stringify([{ n: '', d: { 'open-overflow': 4 } }]))}`,
  'a department do': `${department}/do`,
  'a day-sheet': '/subjects/department/north-imaging/now',
  'a twin of another kind': `${own}/now?twin=${encodeURIComponent('body-weight:patient/p1')}`,
}
const landmarks: Readonly<Record<string, string>> = {
  list: 'subjects',
  now: 'picture',
  next: 'past-forecasts',
  'what if': 'what-if',
  do: 'options',
  trust: 'channels',
  why: 'trace-node',
  quarantine: 'quarantine',
  'quarantine entry': 'quarantine-entry',
  audit: 'audit',
  sources: 'sources',
  models: 'models',
  model: 'courses',
  'a department now': 'pathway',
  'a department next': 'forecast',
  'a department what if': 'what-if',
  'a department do': 'options',
  'a day-sheet': 'day',
  'a twin of another kind': 'vital-few',
}

describe.skipIf(!path)('the screens, in a real browser', () => {
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
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
    page = await context.newPage()
    complaints = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
        complaints.push(message.text())
    })
  })
  afterEach(async () => {
    await context.close()
    await fixture.close()
    expect(complaints).toEqual([])
  })

  const signIn = (user = 'clinician', to = '/') => signInTo(page, fixture.url, user, to)

  it('sign-in says what was wrong and keeps the name, then leads where one wanted to go', async () => {
    await page.goto(fixture.url + pages.do)
    await page.getByText('every patient is simulated').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await page.getByLabel('User name').fill('clinician')
    await page.getByLabel('Password').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('is not right').waitFor()
    expect(await page.getByLabel('User name').inputValue()).toBe('clinician')
    await page.getByLabel('Password').fill('fixture')
    await page.keyboard.press('Enter')
    await page.getByTestId('recommendation').first().waitFor()
    expect(page.url()).toContain(pages.do!)
  })

  it('every page passes axe-core in light and dark, and fits 360 px', async () => {
    await signIn()
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(fixture.url + address)
      await page.getByTestId(landmarks[name]!).first().waitFor()
      if (name === 'now') await page.getByTestId('waveform').waitFor()
      expect.soft(await seriousViolations(page), name).toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      expect.soft(await seriousViolations(page, ['color-contrast']), `${name}, dark`).toEqual([])
      await page.emulateMedia({ colorScheme: 'light' })
      await page.setViewportSize({ width: 360, height: 740 })
      // Charts follow a changed width in the next frame.
      const fits = await page
        .waitForFunction(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth, null, {
          timeout: 3000,
        })
        .then(
          () => true,
          () => false,
        )
      expect.soft(fits, `${name} fits 360 px`).toBe(true)
      await page.setViewportSize({ width: 1440, height: 900 })
    }
  }, 240_000)

  it('live numbers move, rows stay where they are', async () => {
    await signIn()
    const names = () => page.getByTestId('subjects').locator('tbody th a').allTextContents()
    await page.getByTestId('subjects').locator('tbody th a').first().waitFor()
    const before = await names()
    expect(before[0]).toBe('Adler, Ruth')
    await page.goto(fixture.url + pages.now)
    const value = page.getByTestId('value-heart-rate')
    const first = await value.textContent()
    await expect.poll(() => value.textContent(), { timeout: 15_000 }).not.toBe(first)
    await page.goto(fixture.url + pages.list)
    await page.getByTestId('subjects').waitFor()
    expect(await names()).toEqual(before)
  })

  it('a recommendation is accepted in two clicks, delivered, scored, and reversed in two clicks', async () => {
    await signIn('clinician', pages.do)
    await page.getByRole('button', { name: 'Accept Start dobutamine' }).click()
    await page.getByRole('button', { name: 'It agrees with my assessment' }).click()
    const thread = page.getByTestId('recommendation').first()
    await thread.getByTestId('decision').getByText('Accepted').waitFor()
    await thread.locator('[data-testid=action][data-delivery=acknowledged]').waitFor()
    await thread.getByTestId('outcome').waitFor()
    expect(await thread.getByTestId('outcome').textContent()).toContain('inside')
    await thread.getByTestId('reverse').click()
    await page.getByTestId('reason-condition-changed').click()
    await expect.poll(() => thread.getByTestId('recommendation-state').textContent()).toBe('Reversed')
    await thread.locator('[data-testid=action][data-delivery=undone]').waitFor()
  })

  it('modify and override send the person’s own plan; “another reason” must be said', async () => {
    await signIn('clinician', pages.do)
    await page.getByRole('button', { name: 'Modify Start dobutamine' }).click()
    await page.getByLabel('Dose of Dobutamine (µg/kg/min)').fill('2.5')
    await page.getByTestId('reason-other').click()
    await page.getByRole('alert').getByText('Say which reason').waitFor()
    await page.getByTestId('reason-dose-adjusted').click()
    const decision = page.getByTestId('decision').filter({ hasText: 'Modified' }).first()
    // An earlier one of this kind stands there until the new one is in its place.
    await expect.poll(() => decision.textContent()).toContain('2.5')
  })

  it('a new recommendation waits behind a quiet line and moves nothing', async () => {
    await signIn('clinician', pages.do)
    const first = page.getByTestId('accept').first()
    const place = await first.boundingBox()
    fixture.recommend()
    await page.getByText('1 new').waitFor()
    expect(await first.boundingBox()).toEqual(place)
    const shown = await page.getByTestId('recommendation').count()
    await page.getByRole('button', { name: 'show', exact: true }).click()
    await expect.poll(() => page.getByTestId('recommendation').count()).toBe(shown + 1)
  })

  it('a what-if is asked by keyboard and kept in the address', async () => {
    await signIn('clinician', `${own}/what-if`)
    const slider = page.getByRole('slider', { name: 'Dose of Dobutamine' })
    await slider.focus()
    for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowRight')
    const effect = page.getByTestId('effect-cardiac-output')
    await effect.waitFor()
    await expect.poll(() => decodeURIComponent(page.url())).toContain('"inotrope":7')
    const said = await effect.textContent()
    expect(said).toMatch(/\+1\.\d/)
    await page.goto(page.url())
    await effect.waitFor()
    expect(await page.getByRole('spinbutton', { name: /Dobutamine/ }).inputValue()).toBe('7')
  })

  it('any number leads back to the raw message', async () => {
    await signIn('clinician', pages.now)
    await page.getByRole('link', { name: 'Why this number? Systolic pressure, estimated' }).click()
    const drawer = page.getByTestId('why')
    await drawer.getByText('HL7 v2 MONITOR-3').click()
    await drawer.getByText('PID-5', { exact: true }).waitFor()
    await drawer.getByText('As sent').click()
    await drawer.getByTestId('raw-message').getByText('MSH|^~').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
  })

  it('a quarantined message is mended and sent again', async () => {
    await signIn('clinician', pages['quarantine entry'])
    await page.locator('mark').getByText('mmHgg').waitFor()
    await page.getByTestId('resubmit').click()
    await page.getByText('Still refused').waitFor()
    const editor = page.getByLabel('Message, editable')
    await editor.fill((await editor.inputValue()).replace('mmHgg', 'mm[Hg]'))
    await page.getByRole('button', { name: 'Re-submit edited message' }).click()
    await page.getByText('Accepted: it is in the thread now.').waitFor()
  })

  it('without a connection it says so, keeps the last state, refuses actions, and catches up', async () => {
    await signIn('clinician', pages.do)
    await page.getByTestId('accept').first().waitFor()
    fixture.setDown(true)
    await page.locator('[data-testid=connection][data-status=lost]').waitFor()
    await page.getByTestId('accept').first().click()
    await page.getByTestId('reason-agrees-with-assessment').click()
    await page.getByRole('alert').getByText('was not queued').waitFor()
    fixture.setDown(false)
    await page.locator('[data-testid=connection][data-status=live]').waitFor()
    await page.getByTestId('reason-agrees-with-assessment').click()
    await page.getByTestId('decision').getByText('Accepted').waitFor()
  })

  it('shows a role no more than it may do, and says why', async () => {
    await signIn('manager', pages.do)
    await page.getByText('You may read this, but not decide.').waitFor()
    expect(await page.getByTestId('accept').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Quarantine' }).count()).toBe(0)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('User name').waitFor()
    await signIn('patient')
    await page.getByRole('heading', { name: 'Adler, Ruth' }).waitFor()
    expect(await page.getByRole('link', { name: /^Patients/ }).count()).toBe(0)
    expect(await page.getByRole('link', { name: 'What if' }).count()).toBe(0)
  })

  it('a waveform stands on recorder paper and can be held and measured by keyboard', async () => {
    await signIn('clinician', pages.now)
    await page.getByTestId('waveform').getByText('25 mm/s · 10 mm/mV').waitFor()
    await page.getByRole('button', { name: 'Hold' }).click()
    const readout = page.getByTestId('waveform').locator('[aria-live=polite]')
    const before = await readout.textContent()
    await page.getByRole('button', { name: 'Caliper 2' }).focus()
    await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(() => readout.textContent()).not.toBe(before)
    expect(await readout.textContent()).toMatch(/\d+ ms · \d+ \/min/)
  })

  it('a model is run with other values and compared, by keyboard', async () => {
    await signIn('clinician', '/models')
    await page.getByRole('link', { name: 'Decay' }).click()
    await page.getByTestId('equations').locator('math mfrac').waitFor()
    const course = page.getByTestId('courses')
    await course.getByText('Twice as fast: from 10 to 0.000454 mg').waitFor()
    const value = page.getByLabel('k in set As written')
    expect(await value.inputValue()).toBe('0.5')
    await value.fill('0,1')
    await page.getByText('The values have changed since this run.').waitFor()
    await page.keyboard.press('Tab')
    await page.getByLabel('From 0 to (s)').press('Enter')
    await course.getByText('As written: from 10 to 3.6788 mg').waitFor()
    await course.locator('summary').first().click()
    await expect.poll(() => course.locator('tbody tr').count()).toBe(101)
    expect(await course.locator('tbody tr').last().textContent()).toBe('103.67880.000454')
    await value.fill('-1')
    await page.getByLabel('From 0 to (s)').press('Enter')
    await page.getByTestId('run-refusal').getByText('Set “As written”: x grows beyond all bounds').waitFor()
    await value.fill('much')
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByRole('alert').getByText('k: Not a number').waitFor()
    await value.fill('')
    await page.keyboard.press('Tab')
    expect(await value.inputValue()).toBe('0.5')
    await page.getByTestId('checks').getByText('Line 3: mg s⁻¹ stands against mg').waitFor()
  })

  it('a model of one’s own is opened, refused beside its line, mended, and still there after a reload', async () => {
    await signIn('clinician', '/models')
    await page.getByRole('button', { name: 'Open it' }).click()
    await page.getByRole('alert').getByText('Choose a file or paste a text first.').waitFor()
    const content = "k = = 0.5\nx = 10\nx' = -k * x"
    await page.getByLabel('File').setInputFiles({ name: 'm.ant', mimeType: 'text/plain', buffer: Buffer.from(content) })
    await page.getByTestId('refusal').getByText('line 1, column 5').waitFor()
    await page.locator('mark').getByText('k = = 0.5').waitFor()
    expect(await seriousViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Go to line 1' }).click()
    await page.keyboard.type('k = 0.5')
    await page.getByRole('button', { name: 'Read the changed text' }).click()
    await page.getByTestId('equations').waitFor()
    await page.getByRole('button', { name: 'Compare with a second set' }).click()
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await page.getByTestId('courses').waitFor()
    await page.reload()
    await page.getByTestId('equations').waitFor()
  })

  it('the first page needs less than 250 kB of script, compressed', async () => {
    await signIn()
    await page.getByTestId('subjects').waitFor()
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map((entry) => new URL(entry.name).pathname)
        .filter((name) => name.endsWith('.js')),
    )
    let bytes = 0
    for (const name of new Set(loaded)) bytes += gzipSync(await readFile(join(dist, name))).length
    expect(loaded.length).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(250_000)
    expect((await readdir(join(dist, 'assets'))).some((name) => name.startsWith('score-charts'))).toBe(true)
  })
})
