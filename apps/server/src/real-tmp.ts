import { setTimeout as wait } from 'node:timers/promises'
import { readClinics } from '@counterpart/intake'
import { clinicEntry, startClinic } from '@counterpart/sandbox'
import { chromiumPath, launchBrowser, seriousViolations } from '../../web/test-support/browser.ts'
import { startTestServer } from '../test-support/test-server.ts'

const subject = 'clinic/north-family' as const
const about = { seed: 'looked-at', size: 27, pods: 3 }
const clinics = readClinics(
  JSON.stringify({
    clinics: [{ ...clinicEntry(subject, about), since: new Date(Date.now() - 40 * 86_400_000).toISOString() }],
  }),
)
const house = await startTestServer({ clinics, webApp: true })
console.log(house.server.url)
const engineer = await house.as('engineer')
const live = startClinic({
  ...about,
  clinic: subject,
  clock: Date.now,
  url: house.server.url,
  token: engineer.token,
  history: 35 * 86_400_000,
  timer: (ms, work) => {
    const t = setTimeout(work, ms)
    return () => clearTimeout(t)
  },
  onProblem: (p) => console.log('PROBLEM', p.slice(0, 300)),
} as never)
const t0 = Date.now()
await live.live
console.log('live after', Date.now() - t0, live.statistics)
await house.server.platform.host.settled()
console.log('settled', Date.now() - t0)
const { accounts } = house.server.platform
for (const [username, role, bound] of [
  ['boss', 'manager', undefined],
  ['doc', 'clinician', 'provider/north-family.p001'],
] as const)
  await accounts.create({
    username,
    displayName: username === 'boss' ? 'Jo Park' : 'Dr One',
    roles: [role],
    password: 'lantern harbour violet',
    ...(bound ? { subject: bound } : {}),
  } as never)
const browser = await launchBrowser(chromiumPath()!)
const shots = async (user: string, paths: Record<string, string>, width: number) => {
  const context = await browser.newContext({ viewport: { width, height: 1000 }, locale: 'en-GB' })
  const page = await context.newPage()
  page.on('pageerror', (e) => console.log('PAGEERROR', e.message))
  page.on('response', (r) => {
    if (r.status() >= 400 && r.status() !== 401) console.log(r.status(), r.url())
  })
  await page.goto(house.server.url)
  await page.getByLabel('User name').fill(user)
  await page.getByLabel('Password').fill('lantern harbour violet')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  for (const [name, path] of Object.entries(paths)) {
    await page.goto(house.server.url + path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await wait(name === 'next' || name === 'trust' || name === 'weeks' ? 9000 : 4000)
    if (name === 'rota') {
      await page.getByRole('button', { name: 'Make a proposal' }).click()
      await page
        .getByText(/^Found in|cannot all hold|No proposal could/)
        .waitFor({ timeout: 90_000 })
        .catch((e) => console.log(String(e).slice(0, 200)))
    }
    if (name === 'whatif') {
      await page.getByRole('checkbox', { name: /^Change Let a team/ }).check()
      await wait(8000)
    }
    await page.screenshot({ path: `/tmp/hshots/real-${name}-${width}.png`, fullPage: true })
    console.log(
      name,
      width,
      await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      (await seriousViolations(page)).join('\n'),
    )
  }
  await context.close()
}
const own = '/subjects/clinic/north-family'
try {
  await shots(
    'boss',
    {
      list: '/subjects',
      now: `${own}/now`,
      next: `${own}/next`,
      whatif: `${own}/what-if`,
      do: `${own}/do`,
      trust: `${own}/trust`,
      rota: `${own}/rota`,
    },
    1440,
  )
  await shots(
    'doc',
    { weeks: '/my-work', measures: '/my-work/measures', private: '/my-work/private', data: '/my-work/data' },
    1440,
  )
} catch (e) {
  console.log(e)
}
await browser.close()
await live.stop()
await house.close()
process.exit(0)
