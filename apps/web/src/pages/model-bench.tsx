import type { ModelDescription, ModelRunRequest, StoredModel } from '@counterpart/server/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useId, useState } from 'react'
import { modelRunQuery } from '../api/queries.ts'
import { formatNumber } from '../format/number.ts'
import { Section } from '../parts/numbers.tsx'
import p from '../parts/parts.module.css'
import { ProblemNote } from '../parts/problem.tsx'
import { strings as t } from '../strings.ts'
import { Courses, Legend } from './model-courses.tsx'
import { numberFrom, type ValueSet, ValuesTable } from './model-values.tsx'
import s from './models.module.css'

const letters = ['A', 'B'] as const
const methods = Object.keys(t.models.methods)

interface Settings {
  readonly end: string
  readonly steps: string
  readonly method: string
  readonly observed: readonly string[]
  readonly sets: readonly ValueSet[]
}

/** Where a model is run: what is asked, what came, and the values it was asked with. */
export function ModelBench({
  model,
  text,
  suggested,
}: {
  model: ModelDescription
  text: string
  suggested: StoredModel['suggested'] | undefined
}) {
  const client = useQueryClient()
  const [settings, setSettings] = useState(() => firstSettings(model, suggested))
  const [asked, setAsked] = useState(() =>
    suggested ? requestOf(text, model, firstSettings(model, suggested)) : undefined,
  )
  const [trouble, setTrouble] = useState<string>()
  const run = useQuery({ ...modelRunQuery(asked ?? nothing), enabled: asked !== undefined })
  const change = (changed: Partial<Settings>) => setSettings((before) => ({ ...before, ...changed }))
  const changeSet = (at: number, changed: Partial<ValueSet>) =>
    change({ sets: settings.sets.map((set, index) => (index === at ? { ...set, ...changed } : set)) })
  const type = (at: number, symbol: string, typed: string) =>
    changeSet(at, { typed: { ...settings.sets[at]!.typed, [symbol]: typed } })

  const now = requestOf(text, model, settings)
  const stale = asked !== undefined && JSON.stringify(now) !== JSON.stringify(asked)

  function submit(event: FormEvent): void {
    event.preventDefault()
    const wrong = troubleWith(settings)
    setTrouble(wrong)
    if (wrong === undefined && now) setAsked(now)
  }
  function stop(): void {
    setTrouble(t.models.stopped)
    setAsked(undefined)
    void client.cancelQueries({ queryKey: ['model-run'] })
  }

  return (
    <>
      <div className={s.run}>
        <Section id="run" title={t.models.run}>
          <form className={s.results} onSubmit={submit}>
            <RunSettings model={model} settings={settings} onChange={change} />
            <Sets sets={settings.sets} onChange={change} onRename={(at, name) => changeSet(at, { name })} />
            <div className={s.settings}>
              <button type="submit" className={p.primary}>
                {t.models.runIt}
              </button>
              {run.isFetching ? <Running onStop={stop} /> : null}
              {stale && !run.isFetching ? <span className="small quiet">{t.models.changed}</span> : null}
              {trouble ? (
                <span role="alert" className={s.bad}>
                  {trouble}
                </span>
              ) : null}
            </div>
          </form>
          {run.error ? <ProblemNote error={run.error} retry={() => void run.refetch()} /> : null}
          {run.data?.outcome === 'refused' && asked ? (
            <div className={p.problem} role="alert" data-testid="run-refusal">
              <h2>{t.models.runRefusedTitle}</h2>
              <p>
                {run.data.set && asked.sets.length > 1 ? t.models.refusedSet(run.data.set) : ''}
                {run.data.refusal.message}
              </p>
            </div>
          ) : null}
          {run.data?.outcome === 'ran' && asked ? (
            <div className={s.results} data-testid="courses">
              <Legend names={run.data.runs.map(({ name }) => name)} />
              <Courses run={run.data} timeUnit={model.timeUnit} />
              <p className="small quiet">{t.models.took(formatNumber(run.data.milliseconds, 0))}</p>
            </div>
          ) : null}
          {asked || run.isFetching ? null : <p className={p.empty}>{t.models.runFirst}</p>}
        </Section>
      </div>
      <div className={s.stack}>
        <Section id="parameters" title={t.models.parameters}>
          {model.parameters.length === 0 ? (
            <p className={p.empty}>{t.models.noParameters}</p>
          ) : (
            <ValuesTable
              testId="parameters"
              label={t.models.parameters}
              rows={model.parameters}
              sets={settings.sets}
              onType={type}
            />
          )}
        </Section>
        <Section id="states" title={t.models.states}>
          {model.states.length === 0 ? (
            <p className={p.empty}>{t.models.noStates}</p>
          ) : (
            <ValuesTable
              testId="states"
              label={t.models.states}
              rows={model.states}
              sets={settings.sets}
              onType={type}
            />
          )}
        </Section>
      </div>
    </>
  )
}

function RunSettings({
  model,
  settings,
  onChange,
}: {
  model: ModelDescription
  settings: Settings
  onChange: (changed: Partial<Settings>) => void
}) {
  const id = useId()
  const { end, steps, method, observed } = settings
  const toggle = (symbol: string, on: boolean) =>
    onChange({ observed: on ? [...observed, symbol] : observed.filter((each) => each !== symbol) })
  return (
    <>
      <div className={s.settings}>
        <div className={p.field}>
          <label htmlFor={`${id}e`}>
            {t.models.from}
            {model.timeUnit ? ` (${model.timeUnit})` : ''}
          </label>
          <input
            id={`${id}e`}
            className={`${p.input} ${s.number}`}
            inputMode="decimal"
            value={end}
            aria-invalid={!((numberFrom(end) ?? 0) > 0) || undefined}
            onChange={(event) => onChange({ end: event.target.value })}
          />
        </div>
        <div className={p.field}>
          <label htmlFor={`${id}s`}>{t.models.steps}</label>
          <input
            id={`${id}s`}
            className={`${p.input} ${s.number}`}
            inputMode="numeric"
            value={steps}
            aria-invalid={!isSteps(steps) || undefined}
            onChange={(event) => onChange({ steps: event.target.value })}
          />
        </div>
        <div className={p.field}>
          <label htmlFor={`${id}m`}>{t.models.method}</label>
          <select
            id={`${id}m`}
            className={p.input}
            value={method}
            onChange={(event) => onChange({ method: event.target.value })}
          >
            {methods.map((each) => (
              <option key={each} value={each}>
                {t.models.methods[each]}
              </option>
            ))}
          </select>
        </div>
      </div>
      <fieldset className={s.choices}>
        <legend>{t.models.show}</legend>
        <div className={s.choiceList}>
          {showable(model).map(({ symbol, label }) => (
            <label key={symbol}>
              <input
                type="checkbox"
                checked={observed.includes(symbol)}
                onChange={(event) => toggle(symbol, event.target.checked)}
              />
              {label}
            </label>
          ))}
        </div>
      </fieldset>
    </>
  )
}

function Sets({
  sets,
  onChange,
  onRename,
}: {
  sets: readonly ValueSet[]
  onChange: (changed: Partial<Settings>) => void
  onRename: (at: number, name: string) => void
}) {
  return (
    <fieldset className={s.choices}>
      <legend>{t.models.sets}</legend>
      <div className={s.sets}>
        {sets.map(({ letter, name }, index) => (
          <label key={letter}>
            <span className={s.key} data-tone={index === 0 ? 'accent' : 'scenario'} aria-hidden="true" />
            <span className="hidden">{t.models.setName(letter)}</span>
            <input
              className={p.input}
              value={name}
              maxLength={60}
              onChange={(event) => onRename(index, event.target.value)}
            />
          </label>
        ))}
        {sets.length < letters.length ? (
          <button
            type="button"
            className={p.link}
            onClick={() => {
              const letter = letters[sets.length]!
              onChange({ sets: [...sets, { letter, name: letter, typed: {} }] })
            }}
          >
            {t.models.compare}
          </button>
        ) : (
          <button type="button" className={p.link} onClick={() => onChange({ sets: sets.slice(0, 1) })}>
            {t.models.dropSet(letters[1])}
          </button>
        )}
      </div>
    </fieldset>
  )
}

/** How long it has been going on, and the way to end it. */
function Running({ onStop }: { onStop: () => void }) {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const tick = setInterval(() => setSeconds((before) => before + 1), 1_000)
    return () => clearInterval(tick)
  }, [])
  return (
    <>
      <span className="small" role="status">
        {t.models.running(seconds)}
      </span>
      <button type="button" className={p.button} onClick={onStop}>
        {t.models.stop}
      </button>
    </>
  )
}

/** Never sent: stands where there is nothing to ask yet. */
const nothing: ModelRunRequest = { text: '', start: 0, end: 1, steps: 1, observed: [''], method: 'auto', sets: [] }

function firstSettings(model: ModelDescription, suggested: StoredModel['suggested'] | undefined): Settings {
  const sets = suggested?.sets ?? [{ name: t.models.asWritten, given: {} }]
  const observed =
    suggested?.observed ??
    showable(model)
      .slice(0, 4)
      .map(({ symbol }) => symbol)
  return {
    end: String(suggested?.end ?? 100),
    steps: String(suggested?.steps ?? 500),
    method: 'auto',
    observed,
    sets: sets.slice(0, letters.length).map(({ name, given }, index) => ({
      letter: letters[index]!,
      name,
      typed: Object.fromEntries(Object.entries(given).map(([symbol, value]) => [symbol, String(value)])),
    })),
  }
}

/** What can change with time: states first, then what is defined by a formula. */
function showable(model: ModelDescription): ModelDescription['quantities'] {
  const states = new Set(model.states.map(({ symbol }) => symbol))
  const constant = new Set(model.parameters.filter(({ discrete }) => !discrete).map(({ symbol }) => symbol))
  const own = model.quantities.filter(({ kind }) => kind !== 'amount' && kind !== 'concentration')
  return [
    ...own.filter(({ symbol }) => states.has(symbol)),
    ...own.filter(({ symbol }) => !states.has(symbol) && !constant.has(symbol)),
  ]
}

function isSteps(typed: string): boolean {
  const steps = numberFrom(typed)
  return steps !== undefined && Number.isInteger(steps) && steps >= 1 && steps <= 100_000
}

function troubleWith({ end, steps, observed, sets }: Settings): string | undefined {
  if (!((numberFrom(end) ?? 0) > 0)) return `${t.models.from}: ${t.models.notANumber}`
  if (!isSteps(steps)) return `${t.models.steps}: ${t.models.notANumber}`
  if (observed.length === 0) return t.models.chooseSome
  for (const { typed } of sets)
    for (const [symbol, value] of Object.entries(typed))
      if (value.trim() !== '' && numberFrom(value) === undefined) return `${symbol}: ${t.models.notANumber}`
  return undefined
}

function requestOf(text: string, model: ModelDescription, settings: Settings): ModelRunRequest | undefined {
  if (troubleWith(settings) !== undefined) return undefined
  const written = new Map([...model.states, ...model.parameters].map(({ symbol, value }) => [symbol, value]))
  const { end, steps, method, observed, sets } = settings
  return {
    text,
    start: 0,
    end: numberFrom(end)!,
    steps: numberFrom(steps)!,
    method: method as ModelRunRequest['method'],
    observed: [...observed],
    sets: sets.map(({ letter, name, typed }) => ({
      name: name.trim() || letter,
      given: Object.fromEntries(
        Object.entries(typed).flatMap(([symbol, value]) => {
          const number = numberFrom(value)
          return number === undefined || number === written.get(symbol) ? [] : [[symbol, number]]
        }),
      ),
    })),
  }
}
