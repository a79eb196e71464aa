/** A pathway file in which every word of the language stands at least once. */
export const everything = `pathway: everything
describe: Every word once.
time: h
starts-at: 7 h
classes: { walking: 1, critical: { priority: 0, describe: goes first }, child: 1 }
attributes: [age, score]
arrivals:
  door: { class: walking, per-hour: [1, 2.5, 0], each: 30 min, repeat: true, to: look }
  old: { class: walking, per-day: 7, legacy-thinning: true }
  helicopter: { class: critical, every: { gamma: { shape: 2, mean: 9 } }, limit: 5, until: 3 d, describe: rare }
  booked: { class: child, at: [9, 9.5, 600 min] }
  steady: { class: walking, rates: [0.1, 0.2], each: 12 }
resources:
  doctor:
    members:
      ann: { skills: [ultrasound], shifts: [{ from: 8, to: 16 }], breaks: [{ at: 12, within: 1, lasts: 30 min }], repeat-every: 24 }
      ben: { shifts: [{ from: 16, to: 24 }], repeat-every: 24 }
    fatigue: 0.01
    handover: 15 min
  nurse: { capacity: 3, schedule: [{ at: 8, capacity: 5 }, { at: 20, capacity: 3 }], repeat-every: 1 d, at-change: interrupt, preemption: true }
  scanner: { capacity: 2, closures: [{ from: 12, to: 13 }], breakdowns: { after: { exponential: 200 }, repair: { uniform: [1, 5] }, under-way: finish } }
  bay: { capacity: 4, cohorts: { child: small, walking: tall }, describe: small }
  bed: { capacity: 10, discipline: { accumulating: [3, 1], from: [0, 2] }, describe: upstairs }
  porter: { capacity: 2, discipline: first-come }
steps:
  look: { set: age, value: { by-class: { walking: { triangular: [18, 40, 90] }, critical: { normal: { mean: 60, standard-deviation: 20, at-least: 18 } }, child: { list: [3, 7] } } } }
  young?: { if: age, below: 16, to: childlike }
  mark: { set: score, value: { weibull: { shape: 2, scale: 1 } }, next: triage }
  childlike: { classify: child }
  triage:
    needs: [nurse, { doctor: 1, bay: 1 }]
    takes: { log-normal: { mean: 5 min, variance: 4 min2 }, scaled-by: { age: 0.01 } }
    patience: { by-class: { walking: 2, critical: 9, child: { exponential: 2 } } }
    on-leaving: leave
    line-limit: 40
    when-full: displace
    on-full: leave
    worsens: { after: { exponential: 5 }, to: critical }
    baulking: { by-length: [{ from: 5, probability: 0.1 }, { from: 20, probability: 0.5 }], lines: [triage, see] }
    on-baulking: leave
    stream: faces
    interrupted: restart
  where: { by-class: { critical: take bed, walking: see, child: see } }
  see: { needs: { doctor: 1 }, takes: { constant: 20 min, scaled-by: { score: 0.5 } }, skills: { doctor: ultrasound }, interrupted: resample, baulking: { logit: { constant: -5.1, classes: { child: -1 }, attributes: { age: 0.01 }, waiting: { see: 0.14 } } } }
  scan?: { chance: { by-class: { walking: 0.2, critical: 0.9, child: 0.1 } }, to: gather, stream: tests }
  out?: { branch: { leave: 0.75, take bed: rest }, stream: fate }
  gather: { batch: 4, at-most: 20 min }
  ride: { needs: porter, takes: { list: [10 min, 12 min] }, baulking: 0 }
  apart: { separate: true }
  scan: { needs: scanner, takes: { log-normal: { median: 30 min, sigma: 0.4 } }, next: out? }
  take bed: { seize: bed, patience: 40, baulking: { by-class: { walking: 0, critical: 0, child: 0.5 } } }
  sleep: { takes: { gamma: { shape: 2, scale: 12 } }, stream: nights }
  give bed: { release: take bed, next: leave }
study: { until: 3 d, warm-up: 1 d, replications: 50 }
metrics:
  came: { arrivals: [door, booked] }
  all who came: { arrivals: all }
  went: { departures: [critical] }
  wait: { mean-wait: triage, classes: walking }
  stay: { mean-stay: all }
  stay of children: { mean-stay: child }
  four hours: { share-within: 4 h, classes: [walking, child] }
  gave up: { left-waiting: [triage, see] }
  line: { mean-waiting: see }
  nurses: { utilisation: nurse, counting: whole }
  doctors: { utilisation: doctor }
  people: mean-present
quantities:
  here: { present: all }
  too long: { present: [walking], longer-than: 4 h }
  boarding: { waiting: take bed, describe: for a bed }
  upstairs: { in: [sleep] }
  all for beds: { at: [take bed, sleep] }
  scanners: { busy: scanner }
  nurses: { occupancy: nurse }
  on duty: { capacity: doctor }
  wait now: { mean-wait: [triage] }
  gone: { departures: all }
  gave up: { left-waiting: triage }
variants:
  night: { starts-at: 22 h, arrivals: { helicopter: null } }
  as it is:
`
