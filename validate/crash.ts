import type { Measurement } from '../scripts/measure.ts'
import { startTestServices, testPostgres } from '../scripts/test-services.ts'
import { crashDrill } from './drill/crash-drill.ts'

/** Kills for each store; `CRASH_KILLS=20 npm run validate -- crash` for a quick look. */
const kills = Number(process.env.CRASH_KILLS ?? 300)

/** Is anything lost, doubled or broken when the process is killed without warning during ingest over three protocols? */
export async function validate(): Promise<Measurement[]> {
  const rows = await drill('SQLite')
  const stopServices = await startTestServices({ fsync: true })
  try {
    const postgres = await testPostgres()
    if ('url' in postgres) rows.push(...(await drill('PostgreSQL', postgres.url)))
    else rows.push({ name: 'PostgreSQL', value: 'skipped', unit: '', note: postgres.skipped })
  } finally {
    await stopServices()
  }
  return rows
}

async function drill(store: string, databaseUrl?: string): Promise<Measurement[]> {
  const report = await crashDrill({
    kills,
    seed: 'validation',
    databaseUrl,
    onProgress: (message) => process.stderr.write(`${store}: ${message}\n`),
  })
  const zero = (name: string, value: number, note?: string): Measurement => ({
    name: `${store}: ${name}`,
    value,
    unit: '',
    target: '0',
    met: value === 0,
    note,
  })
  return [
    {
      name: `${store}: kill -9 during ingest (HL7 v2, FHIR, MQTT)`,
      value: report.kills,
      unit: 'kills',
      target: '≥ 300',
      met: report.kills >= 300,
    },
    { name: `${store}: messages acknowledged`, value: report.acknowledged, unit: '' },
    zero('acknowledged messages lost', report.lost),
    zero('messages doubled', report.duplicated),
    zero('messages never sent', report.invented),
    zero('messages refused', report.refused, report.problems.join('; ')),
    zero('broken chains', report.brokenChains),
    zero(`beliefs of ${report.beliefs} that differ from their replay`, report.beliefsThatDiffer),
    { name: `${store}: start to ready, median`, value: report.recovery.p50, unit: 'ms' },
    { name: `${store}: start to ready, 99th percentile`, value: report.recovery.p99, unit: 'ms' },
  ]
}
