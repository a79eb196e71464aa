import { perHourCalledIn } from './advice/candidates.ts'
import { worthALook } from './attention.ts'
import { ensembleSize } from './estimates/ensemble.ts'
import { priors } from './estimates/priors.ts'
import { forecastSize } from './forecast.ts'
import { interventions } from './interventions.ts'
import { minutesPerLevel } from './policy/line-order.ts'
import { distances, keptEvery, recordFutures } from './record/record.ts'
import { percent } from './words.ts'

const list = (values: readonly number[], digits = 2) => values.map((value) => value.toFixed(digits)).join(', ')

/** What the twin assumes, learns and cannot do: what a user must know before trusting a figure. */
export const modelCard = `# Emergency-department twin 0.2

**Not a medical device.** Not validated for care. It looks at a department; what it says of single people is only whom to look at again.

## What it is

It takes in what is reported of visits, spaces and rosters, keeps who is where and how fast this department works, and runs the department forward from this minute: ${forecastSize} futures, each with its own draw of every uncertain rate and duration, as discrete events (\`engines/discrete\`). Advice is the same simulation with something changed and everything else, chance included, left alike.

## The way of a patient

Arrivals are Poisson by the hour of the week, with a level that is learnt and fades with a half-life of ${priors.halfLifeWeeks} weeks, the excess or lack of the last ${priors.surge.hours} hours (which fades over as many), and days that differ by ${100 * priors.dayToDay} % (log). Walk-ins are triaged in order of arrival; acuity 1 goes straight to a space; who comes by ambulance is handed over soon if they can sit, and otherwise waits outside for a space. A space is given by acuity and then in order of waiting; then a clinician assesses, in the same order; and has all that this patient needs of a clinician at once; then a nurse comes. Tests follow (imaging takes the scanner), then the rest of care, then the decision. Who is admitted keeps the space until a bed upstairs opens (Poisson by the hour of the day), and for a transfer of about ${priors.transferMinutes} minutes. Some give up their space for a chair after the assessment. Who is not yet seen leaves at a constant hazard that depends on acuity.

Those who are here begin where they are: what has lasted so long already goes on with the conditional law of its duration. What no message tells is drawn in every future: whether somebody silent is still here, the acuity of those not yet triaged, with whom the clinicians are.

## What is learnt, and from what

${ensembleSize} members are drawn from the posterior. All priors can be outweighed within days of data.

| figure | from | prior |
|---|---|---|
| arrivals | counts by hour of the week (gamma–Poisson) | ${priors.arrivals.perHour} an hour, worth ${priors.arrivals.hours} h; pattern of Hoot 2008 |
| acuity 1 to 5 | triage | ${list(priors.acuity.shares, 3)}, worth ${priors.acuity.weight} patients |
| a triage nurse's, a clinician's minutes per patient | how many are served per staff hour while others wait for nothing else | ${priors.triageMinutes.mean} and ${priors.clinicianMinutes.mean} min, worth ${priors.clinicianMinutes.patients} patients |
| care besides tests, by acuity (log-normal) | from being seen to the decision, less the time with open tests; those under way count as lasting at least so long | medians ${list(priors.care.medians, 0)} min, worth ${priors.care.patients} |
| laboratory, imaging (log-normal) | time with open tests | medians ${priors.laboratory.median} and ${priors.imaging.median} min, worth ${priors.laboratory.patients} |
| of a clinician's time, the first assessment | from being seen to the first order, chair or decision | median ${priors.assessment.median} min, worth ${priors.assessment.patients} |
| chairs, by acuity | whose care ends without a space | ${list(priors.seated.shares)}, worth ${priors.seated.weight} |
| ambulances whose patient can sit, by acuity; minutes to hand these over | first places of those who came by ambulance | ${list(priors.sits.shares)}; median ${priors.handover.median} min; worth ${priors.sits.weight} and ${priors.handover.patients} |
| admission, by acuity | decisions | ${list(priors.admitted.shares)} (Hoot 2008), worth ${priors.admitted.weight} |
| beds upstairs | admitted patients who leave while somebody has boarded for 45 min | ${priors.beds.perHour} an hour, worth ${priors.beds.hours} h |
| leaving unseen | those who do, per hour of waiting | ${priors.leaving.perHour} per hour at acuity 5, relative ${list(priors.leaving.relative, 1)} |
| spaces that can be used at once | how many are in use while people wait for one, and how that differs from time to time | ${100 * priors.usable.share} %, worth ${priors.usable.hours} h |

Not learnt, because no feed tells: a nurse's ${priors.nurseMinutes.mean} minutes and ${priors.scanMinutes} minutes of a scan (assumed), and that the pace of a shift differs by ${100 * priors.shiftToShift} % (assumed).

## What is doubted

Two patients in one bed, a placement after leaving, facts before the arrival, unknown areas: the newer fact is believed and the doubt stands on the visit in words. Visits of which nothing is heard fade: the probability of being here is that of the state lasting so long in silence, against the share of visits whose end is never told (learnt; 1 % to begin with). Who stands in a line, for triage, a clinician or a bed, waits as long as the line does: as long as the feed speaks, not the time counts against them but how often people of the like who came later went before. More likely gone than here, they no longer count; any news brings them back. When nothing at all was heard while several arrivals were to be expected, that time is not counted as observation, and forecasts begin at what was heard last (\`npm run validate -- department-outage\`: an hour without messages).

## What it learns from its own errors

Every ${keptEvery} minutes of learning it keeps a forecast of carrying on (${recordFutures} futures, ${distances.join(', ')} hours ahead), and when the time has come compares it with what was so. From then on each quantity is moved, on a scale on which errors are alike (roots of counts and waits): by the bias found, as it depends on the forecast and on the hour of the day (ridge regression, forgetting with the same half-life); narrowed, or widened by noise, to the errors that were made (ensemble model output statistics), and to those of about the last five days (as in adaptive conformal inference). All of it is shrunken towards no correction, worth 10 to 20 forecasts. Nothing is moved at the moment the forecast is made. The correction is found from carrying on alone and applied alike to every scenario, member by member, so effects keep their sign; what advice ranks options by is the simulation as it is. A forecast is not judged when a treatment began in between. All this is part of the belief, a function of the facts like the rest of it: the platform's own scores, which depend on when it happened to forecast, are not used.

In the same forecasts the time is measured that simulated people wait for a nurse during care. It is in what is learnt of care as well, and so is taken out of it there.

\`wait-to-clinician\` is the mean wait of those of acuity 3 who come within half an hour of the time; \`ambulance-offload\` of ambulances that hand over in the hour before it (where a future has none, the nearest): what a hospital would measure, with the scatter of a mean over few people.

## Interventions

${interventions.map(({ label, evidence, cost, undo }) => `- **${label}.** ${evidence} Cost: ${cost}. Undo: ${undo}.`).join('\n')}

Called-in staff are taken to come on top of the roster. Two things done at once are simulated together, not added up.

## Advice

Cost of a future: minutes of waiting for a clinician, and of staying beyond four hours, in the next six hours; an hour more for each stay that passes four hours and for each who leaves unseen (assumed). Options are ranked by what they spare less a burden in the same minutes (what it asks of staff; assumed, see \`advice/candidates.ts\`), less a penalty for making urgent patients wait over an hour. The budget of runs is divided by OCBA. Nothing is said when the best spares less than an hour or 5 % (1 % where only the order changes), is better in less than 70 % of the futures or not beyond the chance of the runs, or when the feed has been silent for an hour. Somebody called in must spare ${perHourCalledIn} minutes of patients for each of their hours (assumed).

Who is next is a question of its own, with its own cost: waiting weighted by urgency, minutes beyond the target of the acuity, and those who give up (weights assumed, \`policy/queue-cost.ts\`). Offered are rules that can be said aloud, one number each: who has waited longest is next, a level of acuity counting for ${list(minutesPerLevel, 0)} minutes of waiting. What one changes is told against the order that agrees best with who was seen before whom lately; with too little to tell it from, against strict priority. Policy search in the department's own model finds no order that is better than these beyond chance (\`npm run validate -- queue-policy\`), so that a look compares the four in the present state instead of learning one anew; where people are seen by urgency already, nothing is offered. A rule that also looks at how long care will take gains more in a department that can tell so at triage; no feed of this twin does.

## Looking again at who waits

For everybody who waits: the risk that a look in an hour would find them worse than the last one did, worse meaning triaged to a more urgent acuity. Somebody is suggested from ${percent(worthALook)} on, when the last look was 20 minutes ago or more; at once when NEWS2 was 7 or more, whatever the risk.

- **What it looks at**: acuity, NEWS2 at the last look and its change since the one before, age, mode of arrival, hours waited by the last look; and the time since, with which the risk grows. NEWS2 is that of the Royal College of Physicians (2017), scale 1 unless told otherwise, and not used under 16 years or where anything but oxygen is missing. Pregnancy is not known.
- **Where it begins**: a hazard per hour by acuity, times factors (the odds of NEWS2 by a third for each point). These figures are assumptions in the order of magnitude of published ones.
- **What it learns**: a boosted additive model (\`engines/learning\`) of what the department's own looks add to that, from one look to the next; with few outcomes that is nearly nothing. Fitted anew at 4 a.m. when there are 15 % more cases, at most of the last 16,000. A last turn and shift come from what the bags said of cases they had not seen.
- **What it says**: a probability with an interval, and the parts that raise it, each with its factor against an average patient of acuity 3. They are what goes together in the data, not causes.
- **How good it is**: \`npm run validate -- department-risk\`, on a simulated hospital where hidden illness drives both vital signs and getting worse; how it does on real patients is unknown. It must not replace re-triage by rule, nor the response that NEWS2 asks for.

The same way it learns the chance of being admitted by what is known at triage (acuity, age, NEWS2, mode), beginning at the published shares by acuity moved in the proportions of the Glasgow Admission Prediction Score.

## Known failures

- Clinicians have all of their work for a patient at the beginning. Real ones come back for results; of a department that is held up by that, only the errors tell. (A second look in the same line was tried: it forecast worse.)
- Staff do not tire, and care does not take longer in a crowd, but for the wait for a nurse.
- Children and adults share spaces; single rooms, sexes and infection do not matter.
- Reports that come late make the recent past look calm until they arrive.
- In a crisis the like of which it has not seen, the first days are forecast too calmly: errors must have been made to be learnt from.
- Quantities are corrected one by one: of one member, those present need not be the sum of those waiting, cared for and boarding.
- Sizes and delays of interventions are assumptions; what then happens is scored against them.

## Sources

N. R. Hoot et al., Ann Emerg Med 52 (2008) 116–125 (rates, mix, treatment times, admissions; the idea of simulating on from now). N. Oakley, B. S. Onggo, D. Worthington, Health Care Manag Sci 23 (2020) 315–328 (conditional length of stay at the start). T. Gneiting et al., Mon Weather Rev 133 (2005) 1098–1118 (ensemble model output statistics). I. Gibbs, E. Candès, Adv Neural Inf Process Syst 34 (2021) 1660–1672 (adaptive conformal inference). F. J. Anscombe, Biometrika 35 (1948) 246–254 (roots of counts). C.-H. Chen et al., Discrete Event Dyn Syst 10 (2000) 251–270 (OCBA). Canadian Triage and Acuity Scale, CJEM 1 (1999) 3 suppl. (targets by acuity). Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017. A. Cameron et al., Emerg Med J 32 (2015) 174–179 and 35 (2018) 247–251 (admission). The rest is assumption and marked so in \`estimates/priors.ts\`.
`
