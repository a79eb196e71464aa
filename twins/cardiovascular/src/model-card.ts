import { unmodelled, unmodelledSpread } from './build.ts'
import { emulatedNames, emulatorFile } from './emulator.ts'
import { effectModels } from './interventions.ts'
import { ensembleSize, priorVariables } from './variables.ts'

const percent = (x: number) => `${(100 * x).toFixed(2)} %`

/** Equations, sources, assumptions and known failures: what a user must know before trusting a figure. */
export const modelCard = `# Cardiovascular twin 0.3

**Not a medical device.** Not validated for care. A reference twin for development, teaching and research on simulated and retrospective data.

## What it is

A closed loop of the circulation, personalised to one adult patient by Bayesian inference from heart rate, arterial pressure and echocardiographic volumes. It estimates what is not measured (contractility, passive stiffness, resistance, compliance, stressed blood volume), predicts the hours ahead, and compares what-ifs.

## Equations

Regazzoni, Salvador, Africa, Fedele, Dede', Quarteroni: *A cardiac electromechanics model coupled with a lumped parameters model for closed-loop blood circulation*, arXiv:2011.15040 (J Comput Phys 2022).

- Chambers: p = E(t) (V − V₀), E(t) = E_A e(t) + E_B, dV/dt = Q_in − Q_out.
- Valves: Q = (p_up − p_down) / R, R between 0.0075 and 75 006 mmHg·s/mL by the sign of the pressure drop.
- Vessel beds: C dp/dt = Q_in − Q_out, L dQ/dt = p_up − p_down − R Q.

Quantities are those of the *limit cycle* of this loop: the twin assumes that the circulation settles within minutes. One change to the published set: the atria contract at 0.9 of the cycle, before the ventricles (the published onset, taken modulo the cycle, makes them contract together). Contraction keeps its share of the cycle at every heart rate.

The limit cycle is not integrated per message: a polynomial of degree 5 in the logarithms of the parameters stands in for it, fitted to ${emulatorFile.design.points.toLocaleString('en')} runs. Its error at ${emulatorFile.design.held.toLocaleString('en')} unseen points of the prior's population (root mean square, relative) is part of every observation's error and of every forecast:

| quantity | error |
|---|---|
${emulatedNames.map((name, o) => `| ${name} | ${percent(emulatorFile.error.prior[o]!.rms)} |`).join('\n')}

## What the loop takes as given

Bodies differ in what the twin does not infer: ${unmodelled.join(', ')}. Each is taken to differ among patients by a log-spread of ${unmodelledSpread} (±20 % for nineteen in twenty; an assumption). What that does to the quantities was found with the engine over the prior's population, and its ${emulatorFile.structure.loadings.length} principal components (${percent(emulatorFile.structure.explained)} of the variance) are variables of the belief: a structural discrepancy (Kennedy & O'Hagan, J R Stat Soc B 2001;63:425) that stays with the patient, so that repeated readings do not average it out. To first order it shifts the logarithms of the quantities (the log-odds of the ejection fraction) by these standard deviations:

| quantity | discrepancy |
|---|---|
${emulatedNames.map((name, o) => `| ${name} | ${Math.hypot(...emulatorFile.structure.loadings.map((loading) => loading[o]!)).toFixed(3)} |`).join('\n')}

## Belief

${ensembleSize} members over these variables. Each wanders (rate: standard deviation after one hour, of the logarithm for log variables) and returns slowly to its prior, so a twin that hears nothing ends at its prior.

| variable | unit | median | spread | scale | rate per √h |
|---|---|---|---|---|---|
${priorVariables.map((v) => `| ${v.label} | ${v.unit} | ${v.median} | ${v.standardDeviation} | ${v.scale} | ${v.perRootHour} |`).join('\n')}

Medians, spreads and rates are assumptions of this twin, chosen so that the prior spans a ward from sepsis and bleeding to overload and heart failure (Forrester et al., N Engl J Med 1976;295:1356; Parrillo, N Engl J Med 1993;328:1471; Zile et al., N Engl J Med 2004;350:1953; Magder, Crit Care 2016;20:271).

Readings of one cuff share a systematic error of the mean and of the pulse pressure, those of an arterial line one of their own. A line is known by its LOINC code (76215-3, 76213-8, 76214-6) or by reading again within two minutes; every other reader of pressures is taken for a cuff. A line errs by 2 mmHg, a cuff by 4 (of the mean pressure three quarters of that).

What takes the pressure away from the settled cycle (reflexes, breathing, posture) is a variable that fades over 15 minutes (an assumption). It keeps an hour of an arterial line from telling more of the parameters than two independent readings, and lets a forecast begin at what was just read.

Observations are taken in by a deterministic ensemble Kalman filter (Whitaker & Hamill, Mon Weather Rev 2002;130:1913), in up to eight tempered steps when they are sharp against the prediction or far from it (ES-MDA, Emerick & Reynolds, Comput Geosci 2013;55:3). Members that agree with the same pressures lie on a curved surface, which a linear analysis leaves; so the pressures of the settled cycle are carried along as variables (joint space: Anderson, Mon Weather Rev 2003;131:634), and each member's resistance and compliance are found again from them. Readings further than 2.5 standard deviations from their prediction pull with bounded force. Oxygen saturation, temperature and respiratory rate are carried and shown, not assimilated.

## Interventions

${effectModels.map(({ intervention, effects, addsVolume }) => `- **${intervention.label}** (${intervention.unit}). ${intervention.evidence} Model: ${addsVolume ? 'volume in the vessels is added to the stressed volume' : effects.map((e) => `ln ${e.parameter} ${e.largest > 0 ? '+' : '−'}${Math.abs(e.largest)}·d/(d + ${e.halfDose})`).join(', ')}; each patient responds with an unknown multiple of this (median 1, log-spread 0.35), which is part of the belief.`).join('\n')}

Doses of one drug given at the same time add up before the effect is computed.

## Intended use

Following adults on a ward in simulation and retrospective studies; teaching; development of the platform.

## Known failures

- No baroreflex: drug effects are net effects at rest; bleeding, posture, fever, pain and anaesthesia are seen only as drift of the parameters.
- No valve disease, shunt, arrhythmia, tamponade, right-heart failure or mechanical support: the loop cannot represent them, and the twin will explain their readings wrongly by the parameters it has.
- V₀ of every chamber is that of an adult of average size, give or take what the discrepancy allows; a much dilated or small heart shows as wrong stiffness and volume.
- Stiffness and stressed volume are told apart only weakly by echo volumes and pressure; their intervals stay near the prior's until an echo has been seen. After six hours they are still too narrow for patients of the sandbox: 90 % intervals of stiffness, stressed volume and filling pressure held the truth in 78, 77 and 78 of 100, while those of resistance and contractility held it in 95. The likely reasons: an echo is still taken in by a linear analysis where the loop is not linear, and the sandbox's patients come in kinds that lie at the edges of the prior.
- An arterial line that is sent without its invasive LOINC code, and less often than every two minutes, counts as a cuff. A damped line is a line.
- The readings of one cuff inflation (systolic, diastolic, mean) are taken as independent of each other apart from slowly changing biases; a cuff that fails in the same way for hours draws the belief along, slowly.
- Parameters beyond the emulator's box are predicted as at its face.
- Sudden real changes (a bleed, a shock) are followed within some readings, not at once, because the first such reading looks like a failing sensor.
- Drug effects are group means with assumed spread; interactions between drugs are only the product of their effects.

## What changed

- 0.3: the pressures of the settled cycle are carried along in the analysis, so that a line's repeated readings no longer move the stiffness; error by kind of device; the passing swing of the pressure is a variable instead of a larger error of each reading. The belief's variables differ, so a belief of version 0.2 cannot be carried on: replay the patient's events.
- 0.2: the prior spans a ward instead of a clinic (wider spreads, stiffer median); the belief carries the build of the body and an error of the pulse pressure; successive pressure readings repeat each other; a pressure reading errs by 4 mmHg about the patient's own error instead of 8 in all; the emulator has a wider box and degree 5. The belief's variables differ, so a belief of version 0.1 cannot be carried on: replay the patient's events. Coverage before and after stands in docs/results/validate-ward.md and its history.
`
