import { minute, second } from '@counterpart/kernel'
import { expect, it } from 'vitest'
import { simulateWard } from './simulation.ts'

it.each([20, 200])('what a ward of %i patients costs in CPU, as a print', (patients) => {
  const start = Date.UTC(2026, 0, 5, 9)
  const timed = <T>(work: () => T): [T, number] => {
    const before = process.cpuUsage()
    const result = work()
    const { user, system } = process.cpuUsage(before)
    return [result, (user + system) / 1000]
  }
  const [ward, making] = timed(() => simulateWard({ patients, seed: 'cost', start, history: 10 * minute }))
  const [past, filling] = timed(() => ward.advance(start).length)
  const live = 2 * minute
  const [messages, living] = timed(() => {
    let count = 0
    for (let t = start; t <= start + live; t += second) count += ward.advance(t).length
    return count
  })
  console.log(
    `${patients} patients: ${making.toFixed(0)} ms to admit, ${filling.toFixed(0)} ms to fill in 10 min (${past} messages); ` +
      `live at real time ${((100 * living) / live).toFixed(2)} % of a core for ${((1000 * messages) / live).toFixed(1)} messages/s`,
  )
  expect(messages).toBeGreaterThan(patients * 24)
})
