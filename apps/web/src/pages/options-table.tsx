import type { RankedOption, RecommendationThread, TwinKind } from '@counterpart/server/contract'
import { Fragment, type ReactNode, useMemo, useState } from 'react'
import { Strip, sharedDomain } from '../charts/strip.tsx'
import { writeInterval, writeProbability } from '../format/number.ts'
import { writeLead } from '../format/time.ts'
import { useMeasure } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { strings as t } from '../strings.ts'
import type { Verb } from './decision-panel.tsx'
import s from './do.module.css'
import { inGainUnit } from './gain.ts'
import { OptionName } from './option-name.tsx'
import { changes, scenarioName } from './plan.ts'
import { WorthDetails, worthDomain } from './worth.tsx'

/** What was last decided about one option; nothing for those that were left. */
function whatBecame(thread: RecommendationThread, option: RankedOption): string | null {
  const about = thread.decisions.filter((each) => each.scenarioId === option.scenario.id && each.verb !== 'reverse')
  const last = about.sort((a, b) => b.at - a.at)[0]
  if (!last) return null
  const reversed = thread.decisions.some((each) => each.reverses === last.id)
  return reversed
    ? `${t.decide.verbs[last.verb]}, ${t.decide.verbs.reverse?.toLowerCase()}`
    : (t.decide.verbs[last.verb] ?? null)
}

const fewOptions = 3

/** All options of a recommendation, ranked, "carry on as now" among them: effects, how sure, how safe, and what may be answered. */
export function OptionsTable(props: {
  thread: RecommendationThread
  options: readonly RankedOption[]
  kind: TwinKind
  open: boolean
  mayDecide: boolean
  onChoose: (verb: Verb, option: RankedOption) => void
  /** The reasons to choose from, right under the option that they are about. */
  panel: { option: RankedOption | null; node: ReactNode } | null
  /** There are no buttons any more; what was decided is said in their place, so that the columns stay where they are. */
  closed: boolean
}) {
  const { thread, options } = props
  // The best few are read; the rest is asked for.
  const [all, setAll] = useState(false)
  const acting = options.filter((each) => each.scenario.interventions.length > 0)
  const few = new Set(acting.slice(0, fewOptions))
  const shown = all ? options : options.filter((each) => few.has(each) || !acting.includes(each))
  const carryingOn = options.find((each) => each.scenario.interventions.length === 0)?.probabilityOfHarm
  const gain = inGainUnit(
    thread.objective.unit,
    options.map((each) => each.gain),
  )
  const gainDomain = sharedDomain(
    options.map((each) => each.gain),
    0,
  )
  const moneyDomain = worthDomain(options)
  const domains = useMemo(() => {
    const all = new Map<string, RankedOption['gain'][]>()
    for (const option of options)
      for (const effect of option.effects)
        all.set(effect.quantity, [...(all.get(effect.quantity) ?? []), effect.difference])
    return new Map([...all].map(([name, list]) => [name, sharedDomain(list, 0)]))
  }, [options])
  return (
    <table className={s.options} data-testid="options">
      <caption className="hidden">
        {thread.finding} {t.decide.effects}
      </caption>
      <thead>
        <tr>
          <th scope="col">{t.decide.option}</th>
          <th scope="col">{t.decide.gainIn(gain.unitText)}</th>
          <th scope="col">{t.decide.effects}</th>
          <th scope="col">{t.decide.better}</th>
          <th scope="col">
            <span className="hidden">{t.decide.decision}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((option) => {
          const carry = option.scenario.interventions.length === 0
          return (
            <Fragment key={option.scenario.id}>
              <tr className={carry ? s.carry : undefined} data-testid={carry ? 'option-carry-on' : 'option'}>
                <th scope="row">
                  <OptionName option={option} kind={props.kind} />
                </th>
                <td data-label={carry ? '' : t.decide.gainIn(gain.unitText)}>
                  {carry ? (
                    <Strip domain={gainDomain} zero={0} width={130} />
                  ) : (
                    <>
                      <Strip summary={option.gain} domain={gainDomain} zero={0} width={130} />
                      <Gain written={gain.write(option.gain)} />
                    </>
                  )}
                </td>
                <td>
                  <div className={s.effects}>
                    {(carry ? [] : option.effects.filter(changes)).map((effect) => (
                      <Effect
                        key={`${effect.quantity}${effect.at}`}
                        effect={effect}
                        domain={domains.get(effect.quantity)!}
                        from={thread.madeAt}
                      />
                    ))}
                  </div>
                </td>
                <td data-label={carry ? '' : t.decide.better}>
                  {carry ? null : (
                    <span className={s.prob}>{writeProbability(option.probabilityBetter, { sampled: true })}</span>
                  )}
                  <Harm option={option} carryingOn={carry ? undefined : carryingOn} />
                </td>
                <td className={`${s.actions} no-print`}>
                  {props.open && props.mayDecide ? (
                    option.youMayApprove ? (
                      <div className={s.buttons}>
                        <button
                          type="button"
                          className={option.rank === 1 ? p.primary : p.button}
                          aria-label={t.decide.acceptOption(scenarioName(option.scenario.name))}
                          data-testid="accept"
                          onClick={() => props.onChoose('accept', option)}
                        >
                          {t.decide.accept}
                        </button>
                        {carry ? null : (
                          <button
                            type="button"
                            className={p.button}
                            aria-label={t.decide.modifyOption(scenarioName(option.scenario.name))}
                            data-testid="modify"
                            onClick={() => props.onChoose('modify', option)}
                          >
                            {t.decide.modify}
                          </button>
                        )}
                      </div>
                    ) : (
                      <span className="small quiet">{t.decide.mayNot(roleList(option.mayApprove))}</span>
                    )
                  ) : (
                    <span className="small">{props.closed ? whatBecame(thread, option) : null}</span>
                  )}
                </td>
              </tr>
              <tr className={`${s.more} ${carry ? s.carry : ''}`}>
                <td colSpan={5}>
                  <dl className={s.details}>
                    <div>
                      <dt>{t.decide.risk}</dt>{' '}
                      <dd>
                        <span className={s.risk} data-risk={option.riskClass}>
                          {t.decide.risks[option.riskClass]}
                        </span>
                      </dd>
                    </div>
                    <div>
                      <dt>{t.decide.cost}</dt> <dd>{option.cost}</dd>
                    </div>
                    <div>
                      <dt>{t.decide.undo}</dt> <dd>{option.undo}</dd>
                    </div>
                    <div>
                      <dt>{t.decide.approve}</dt> <dd>{roleList(option.mayApprove)}</dd>
                    </div>
                  </dl>
                  {option.worth ? <WorthDetails worth={option.worth} domain={moneyDomain} /> : null}
                  <details className="small">
                    <summary className="quiet">{t.decide.reason}</summary>
                    {option.reason}
                  </details>
                </td>
              </tr>
              {props.panel?.option?.scenario.id === option.scenario.id ? (
                <tr className={s.panelRow}>
                  <td colSpan={5}>{props.panel.node}</td>
                </tr>
              ) : null}
            </Fragment>
          )
        })}
        {shown.length < options.length ? (
          <tr className="no-print">
            <td colSpan={5}>
              <button type="button" className={p.link} onClick={() => setAll(true)}>
                {t.decide.moreOptions(options.length - shown.length)}
              </button>
            </td>
          </tr>
        ) : null}
      </tbody>
    </table>
  )
}

/** How likely a safety limit is broken, beside how likely that is when nothing is done. */
function Harm({ option, carryingOn }: { option: RankedOption; carryingOn: number | undefined }) {
  const worse = option.probabilityOfHarm >= 0.05 && option.probabilityOfHarm >= (carryingOn ?? 0)
  return (
    <div className="small" data-testid="harm">
      <span className="quiet">{t.decide.harm}</span>{' '}
      <span className={`${s.percent} ${worse ? s.harm : ''}`}>
        {writeProbability(option.probabilityOfHarm, { sampled: true })}
      </span>
      {carryingOn === undefined ? null : (
        <div className="quiet">{t.decide.harmCarryingOn(writeProbability(carryingOn, { sampled: true }))}</div>
      )}
    </div>
  )
}

function roleList(roles: readonly string[]): string {
  return roles.length === 0 ? t.none : roles.map((role) => t.roles[role] ?? role).join(', ')
}

function Gain({ written }: { written: { value: string; low: string; high: string } }) {
  return (
    <div>
      <strong>{written.value}</strong> <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
    </div>
  )
}

function Effect({
  effect,
  domain,
  from,
}: {
  effect: RankedOption['effects'][number]
  domain: readonly [number, number]
  from: number
}) {
  const measure = useMeasure({ unit: effect.unit, name: effect.quantity, digits: effect.digits })
  const written = measure.difference(effect.difference)
  return (
    <>
      <span>
        {effect.label}{' '}
        <span className="small quiet">
          {t.decide.effectAt(writeLead(Math.round((effect.at - from) / 1000) * 1000))}
        </span>
      </span>
      <Strip summary={effect.difference} domain={domain} zero={0} width={110} />
      <span>
        <strong>{written.value}</strong> <span className={p.unit}>{measure.unitText}</span>{' '}
        <span className={p.interval}>({writeInterval(written.low, written.high)})</span>
      </span>
    </>
  )
}
