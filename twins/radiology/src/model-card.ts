import { dayCosts } from './booking/simulated-day.ts'
import { dayShape } from './demand.ts'
import { interventions } from './interventions.ts'
import { delayNames, delayPriors, kindFactor } from './learned.ts'
import { ensembleSize } from './variables.ts'

/** Model, sources, assumptions and known failures: what a user must know before trusting a figure. */
export const modelCard = `# Radiology twin 0.1

**For planning, not for care.** It decides nothing about whether an exam is indicated or which of two emergencies goes first. Not validated on a real department.

## What it is

An MRI and CT department as it is this minute, run on in ${ensembleSize} futures: who comes, who waits, when each machine is done, how old the unreported exams are; what holding or releasing slots, running on, moving patients, calling somebody in or sending reporting out would change.

## Model

Discrete events (\`engines/discrete\`). Booked patients come about their appointment or not at all; emergencies, inpatients and walk-ins come as Poisson streams by hour of the day, weekday or weekend, times a factor for the day. They are fetched or change, get a cannula where contrast is given (one contrast nurse each), and take a machine that can do the protocol together with a technologist: emergencies before booked patients before inpatients before walk-ins, each first come first served; no exam is interrupted but by a breakdown, after which it begins again. Booked patients are finished after the session in overtime; unbooked routine patients wait for the next session; machines on call take emergencies at all hours. Reports are read by radiologists on duty, emergencies first, then inpatients.

An exam under way goes on by its conditional law. When its sequences are told of, what remains is the planned share of the sequences left, each taken as equally variable and independent.

## What is learned from the department's own exams

| what | prior | how |
|---|---|---|
| minutes in the room / planned minutes, by protocol | log-normal, spread 0.24 | normal–inverse-χ², protocols about a department's pace (both with a standard deviation of 15 %) |
| no-shows | 5 %, worth 30 patients | beta |
| arrival after the appointment | −12 ± 15 min, worth 5 patients | normal–inverse-χ² |
${delayNames.map((name) => `| ${delayPriors[name].label.toLowerCase()} | median ${delayPriors[name].median} min, spread ${delayPriors[name].spread} (${delayPriors[name].source}) | normal–inverse-χ² of the logarithm |`).join('\n')}
| radiologist minutes per report | 12 for a CT, worth 20 reports; MRI 1.4 times that | reports over radiologist-minutes with something to read |
| demand by hour of weekday or weekend | by number of machines, worth 2 hours of watching | gamma–Poisson |
| demand of the day against its hour's usual | 1, shape ${dayShape} | gamma–Poisson, anew each day |
| session hours between breakdowns | 400, worth one | gamma |

Inpatients take ${kindFactor.inpatient} and emergencies ${kindFactor.emergency} times as long as outpatients (J Magn Reson Imaging 2019;49:e265: 4.2 and 1.9 minutes longer), which is not learned. That study found standard deviations of 19 to 29 % of the mean of one protocol: hence the prior spread. Published no-show rates run from 2 to 3 % of outpatient imaging (J Am Coll Radiol, University of Washington, 2000–2015; Acad Radiol 2024: 2.0 %, with 22 % cancelled) to a third of MRI appointments missed or moved (BMC Health Serv Res 2016;16: 34.8 %): hence a weak prior. Of 305 MRI patients 11 % did not arrive in time (Beker et al., Am J Roentgenol, October 2017). Time in the MRI room before and after the sequences was 19 % of working time, and the room empty for 11 % (S Afr J Rad 2020;24:a1946).

## Assumptions without a source

All spreads and weights of the priors not named above; one technologist per machine; an outside report after four hours; machines fail only in session; the weights of the objectives (in their statements) and of a planned day: ${Object.entries(
  dayCosts,
)
  .map(([name, cost]) => `${name} ${cost}`)
  .join(
    ', ',
  )} per minute. Where no roster says, one technologist per machine in session and one on call, a nurse per two machines, a radiologist per two machines in session and one otherwise.

## Interventions

${interventions.map(({ label, evidence, cost }) => `- **${label}.** ${evidence}. Cost: ${cost}.`).join('\n')}

## Contradictions

Facts may come in any order and contradict one another; none is refused. Another exam beginning on a machine ends the one before it; an end without a start lasts as planned; an exam on two machines is on the later one; whoever has not come three hours after the appointment did not come; what goes on after being closed is open again. Each such assumption is kept as a doubt, shown, and not learned from.

## Known failures

- Demand knows weekday and weekend only, not Mondays or seasons; the first two weeks of a department rest on the prior's profile by hour.
- Fetching is learned as the time from order to arrival: a department that sends for inpatients only when a machine is nearly free will be taken for a slow one, and its machines for busier than they are.
- Forecasts treat lists as they are now: tomorrow's appointments that have not been made are not expected.
- A technologist is needed for every machine all of the time; two for one machine, or one for two, is not modelled. Fatigue, breaks and skills are not.
- Exams in several parts, sedation and anaesthesia are exams like others with a long protocol.
- Against simulated departments that were not made with this model, 90 % intervals hold the truth about as often as they should over all quantities, but not each of them: eight hours ahead the number of booked patients waiting and of exams done in 82 to 84 of 100, unreported exams in 97 (docs/results/validate-radiology.md). In a department much slower and later than the prior, single quantities fall to 79 an hour ahead. In the simulated hospital's imaging department, whose emergencies come from its emergency department, all quantities together are held in 87 to 90 of 100, the delay of booked patients in 74 to 84.
- Reading an X-ray is taken to last as long as reading a CT, until the department's own reports have taught otherwise for all of them together.
- A day of fifty exams on a five-minute grid is not always booked to the optimum within the seconds allowed; the answer then is the best found, often close to putting short exams first, with its gap beside it. The chosen template shortens waits and lengthens overtime and idle time a little: it is better by the stated weights only.
- Emergencies never displace somebody who is on the table.
`
