import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testChromium } from '../../../scripts/test-services.ts'
import { sendHl7, startTestServer, type TestServer, vitalSigns } from '../test-support/test-server.ts'

const minute = 60_000
const found = await testChromium()
if ('skipped' in found) console.log(found.skipped)

describe.skipIf('skipped' in found)('a clinician at a real browser', () => {
  /** How far the platform's clock is ahead of the machine's: minutes of a patient's life pass in a moment. */
  let ahead = 0
  const now = () => Date.now() + ahead
  let house: TestServer
  let browser: Browser
  let page: Page
  let orders: Server
  const ordered: string[] = []
  let control = 0

  const measure = async (systolic: number, diastolic: number, heartRate: number) => {
    const values = {
      '8867-4': [heartRate, '/min'],
      '8480-6': [systolic, 'mm[Hg]'],
      '8462-4': [diastolic, 'mm[Hg]'],
    } as const
    const message = vitalSigns({ control: `B${control++}`, record: 'MRN-B', at: now(), values })
    const [answer] = await sendHl7(house.server.ports.mllp, [message])
    expect(answer).toContain('\rMSA|AA|')
    await house.server.platform.host.settled()
  }
  const serious = async () => {
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`)
  }

  beforeAll(async () => {
    orders = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk))
      request.on('end', () => {
        ordered.push((JSON.parse(body) as { status: string }).status)
        response.writeHead(200, { 'content-type': 'application/fhir+json' }).end(body)
      })
    })
    await new Promise<void>((resolve) => orders.listen(0, '127.0.0.1', resolve))
    const ordersUrl = `http://127.0.0.1:${(orders.address() as AddressInfo).port}/fhir`
    house = await startTestServer({ clock: now, webApp: true, environment: { ORDERS_URL: ordersUrl } })
    ahead = -40 * minute
    for (let i = 0; i < 8; i++) {
      await measure(188 + (i % 3), 108, 82)
      ahead += 5 * minute
    }
    browser = await chromium.launch({
      executablePath: 'path' in found ? found.path : '',
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
    page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
  })
  afterAll(async () => {
    await browser?.close()
    await house?.close()
    orders?.close()
  })

  test('signs in, watches the numbers move, approves, sees the outcome scored, and takes it back', async () => {
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(house.server.url)
    expect(await serious()).toEqual([])
    const { password } = house.server.firstAccounts.find(({ role }) => role === 'clinician')!
    await page.getByLabel('User name').fill('clinician')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()

    const row = page.getByRole('row').filter({ hasText: 'MRN-B' })
    await row.waitFor()
    expect(await serious()).toEqual([])
    await row.getByRole('link').first().click()

    // A message that arrives now is on the screen without anybody asking.
    await page.getByText('Inferred: what nobody measures').waitFor()
    await measure(171, 99, 87)
    await page.getByText('171', { exact: true }).first().waitFor()
    expect(await serious()).toEqual([])

    await page.getByRole('link', { name: /^Do/ }).click()
    await page
      .getByRole('button', { name: /^Accept Vasodilator/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'It agrees with my assessment' }).click()
    await page.getByTestId('decision').getByText('Accepted').waitFor()
    await expect.poll(() => ordered, { timeout: 15_000 }).toEqual(['active'])
    expect(await serious()).toEqual([])

    // Two minutes on, the pressure has fallen: the prediction is judged by it.
    ahead += 2 * minute + 5_000
    await measure(149, 86, 88)
    await page.getByText('Systolic blood pressure').first().waitFor()
    await page.getByTestId('outcome').first().waitFor()
    expect(await page.getByTestId('outcome').filter({ hasText: '149' }).count()).toBeGreaterThan(0)
    expect(await serious()).toEqual([])

    await page
      .getByRole('button', { name: /^Reverse/ })
      .first()
      .click()
    await page.getByRole('button', { name: 'The situation has changed' }).click()
    await page.getByTestId('decision').getByText('Reversed').first().waitFor()
    await expect.poll(() => ordered.at(-1), { timeout: 15_000 }).not.toBe('active')

    for (const area of ['Next', 'What if', 'Trust']) {
      await page.getByRole('link', { name: area, exact: true }).click()
      await page.waitForLoadState('networkidle').catch(() => {})
      expect(await serious(), area).toEqual([])
    }
    expect(complaints).toEqual([])
  }, 120_000)
})
