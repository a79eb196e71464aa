import { describe, expect, it } from 'vitest'
import { readLogins } from './logins.ts'
import { readSchedule } from './schedule.ts'

describe('a list of logins', () => {
  it('has a line for each login, and a pod where there are pods', () => {
    expect(readLogins('\ufeffLogin,Provider,Pod\r\nann,p1,north\r\nann-home,p1,north\r\n\r\n"b,n",p2,\r\n')).toEqual([
      { provider: 'p1', login: 'ann', pod: 'north' },
      { provider: 'p1', login: 'ann-home', pod: 'north' },
      { provider: 'p2', login: 'b,n' },
    ])
  })

  it.each([
    ['', /line 1: the list of logins has no column "provider" and "login" .*found nothing/],
    ['provider,login\np1,', /line 2: there is no login/],
    ['provider,login\np1,a\n,b', /line 3: there is no provider/],
    ['provider,login\np1,a,b', /line 2: there are 3 fields \(expected 2/],
    ['provider,login,pod\np1,a,n\np1,b,s', /line 3: "p1" is said to be of the pods "n" and "s"/],
  ])('%j is refused', (text, expected) => expect(() => readLogins(text)).toThrow(expected))
})

describe('a schedule', () => {
  it('has spans in the zone of the clinic; days are whole', () => {
    const text = `provider,from,until,work
p1,2026-03-02T08:00,2026-03-02T12:00,
p1,2026-03-02T13:00:00-06:00,2026-03-02T17:00:00-06:00,Inbox
p1,2026-03-09,2026-03-10,leave
p2,2026-03-09,2026-03-10,off
`
    const at = (day: number, hour: number) => Date.UTC(2026, 2, day, hour)
    expect(readSchedule(text, 'America/Chicago')).toEqual([
      { provider: 'p1', from: at(2, 14), until: at(2, 18), work: 'clinic' },
      { provider: 'p1', from: at(2, 19), until: at(2, 23), work: 'inbox' },
      // The clocks have been put forward on the 8th.
      { provider: 'p1', from: at(9, 5), until: at(11, 5), work: 'leave' },
    ])
  })

  it.each([
    ['provider,from\n', /line 1: the schedule has no column "until"/],
    ['provider,from,until\n,2026-03-02,2026-03-03', /line 2: there is no provider/],
    ['provider,from,until\np1,8 am,9 am', /line 2: from is "8 am" \(expected a time such as/],
    ['provider,from,until\np1,2026-03-02,2026-02-30', /line 2: until is "2026-02-30"/],
    ['provider,from,until\np1,2026-03-02T12:00,2026-03-02T08:00', /line 2: until is not after from/],
    ['provider,from,until\np1,2026-03-02,2036-03-02', /or more than 400 days/],
    ['provider,from,until,work\np1,2026-03-02,2026-03-02,golf', /line 2: work is "golf" \(expected one of clinic/],
  ])('%j is refused', (text, expected) => expect(() => readSchedule(text)).toThrow(expected))
})
