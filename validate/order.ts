import type { Measurement } from '../scripts/measure.ts'
import { startTestServices, testPostgres } from '../scripts/test-services.ts'
import { orderDrill } from './drill/order-drill.ts'

/** Random orders for each store; `ORDER_ORDERS=1 npm run validate -- order` for a quick look. */
const orders = Number(process.env.ORDER_ORDERS ?? 4)

/** Do the same messages over three protocols, corrections and all, give the same beliefs whatever order they come in? */
export async function validate(): Promise<Measurement[]> {
  const rows = await drill('SQLite')
  const stopServices = await startTestServices()
  try {
    const postgres = await testPostgres()
    if ('skipped' in postgres) rows.push({ name: 'PostgreSQL', value: 'skipped', unit: '', note: postgres.skipped })
    else rows.push(...(await drill('PostgreSQL', freshDatabase)))
  } finally {
    await stopServices()
  }
  return rows
}

async function freshDatabase(): Promise<string> {
  const postgres = await testPostgres()
  if ('skipped' in postgres) throw new Error(postgres.skipped)
  return postgres.url
}

async function drill(store: string, fresh?: () => Promise<string>): Promise<Measurement[]> {
  const report = await orderDrill({
    patients: 2,
    instants: 360,
    orders,
    heldBack: 20,
    seed: 'validation',
    ...(fresh === undefined ? {} : { freshDatabase: fresh }),
    onProgress: (message) => process.stderr.write(`${store}: ${message}\n`),
  })
  const none = (name: string, wrong: readonly string[]): Measurement => ({
    name: `${store}: ${name}`,
    value: wrong.length,
    unit: '',
    target: '0',
    met: wrong.length === 0,
    ...(wrong.length === 0 ? {} : { note: wrong.slice(0, 3).join('; ') }),
  })
  return [
    { name: `${store}: messages (HL7 v2, FHIR, MQTT), each set handed over whole`, value: report.messages, unit: '' },
    { name: `${store}: orders, that of time among them`, value: report.orders, unit: '' },
    { name: `${store}: twins`, value: report.twins, unit: '' },
    {
      name: `${store}: facts later than the loop’s window, so that it was built again`,
      value: report.beyondTheWindow,
      unit: '',
      target: '> 0',
      met: report.beyondTheWindow > 0,
    },
    none('messages refused', report.refused),
    none('beliefs that depend on the order', report.differing),
    none('beliefs that differ from their replay from nothing', report.notReplayed),
    none('beliefs that a restart changed', report.changedByRestart),
  ]
}
