import { expect, test } from 'vitest'
import { testPostgres } from '../../scripts/test-services.ts'
import { orderDrill } from './order-drill.ts'

const asExpected = { refused: [], differing: [], notReplayed: [], changedByRestart: [] }

test('the same messages in any order give the same beliefs, live, replayed and after a restart', async () => {
  const report = await orderDrill({ patients: 2, instants: 40, orders: 3, seed: 'short' })
  expect(report).toMatchObject({ ...asExpected, orders: 4, twins: 2 })
}, 60_000)

test('also when some come so late that the loop has let go of their place', async () => {
  const report = await orderDrill({ patients: 1, instants: 335, orders: 0, heldBack: 5, seed: 'late' })
  expect(report).toMatchObject({ ...asExpected, orders: 2, twins: 1 })
  expect(report.beyondTheWindow).toBeGreaterThan(0)
}, 60_000)

test('also with PostgreSQL', async (context) => {
  const freshDatabase = async () => {
    const postgres = await testPostgres()
    if ('url' in postgres) return postgres.url
    console.log(postgres.skipped)
    return context.skip()
  }
  const report = await orderDrill({ patients: 1, instants: 30, orders: 1, seed: 'short', freshDatabase })
  expect(report).toMatchObject({ ...asExpected, orders: 2, twins: 1 })
}, 60_000)
