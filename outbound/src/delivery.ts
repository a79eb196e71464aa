import {
  type Action,
  type Decision,
  type Instant,
  type Intervention,
  type Milliseconds,
  minute,
  parseTwinId,
  second,
  type TwinDefinition,
} from '@counterpart/kernel'
import { type EventId, type Thread, ThreadError, type ThreadEvent } from '@counterpart/thread'
import { decidedRecommendation, reversedDecision, type TakenDecision, takenDecision } from './basis.ts'
import { checkEndpoint, type Endpoint } from './endpoint.ts'
import { OutboundError } from './errors.ts'
import { fhirOrder } from './fhir-order.ts'
import { actionEvent, entriesOf, isPending, type OutboxEntry, queuedAction, queuedEvent } from './outbox.ts'
import { Sender } from './sender.ts'
import { subjectIdentifier } from './subject-identifier.ts'
import { fhirStop } from './undo.ts'

export interface DeliveryOptions {
  readonly thread: Thread
  readonly endpoint: Endpoint
  /** What the twins' interventions are and how they are ordered. */
  readonly definitions: readonly Pick<TwinDefinition, 'kind' | 'interventions'>[]
  readonly clock: () => Instant
  /** For the jitter of waits. */
  readonly random: { uniform(): number }
  readonly fetch?: typeof fetch
  /** For one request. Default 10 s. */
  readonly timeout?: Milliseconds
  /** Waits between attempts double from `base` (1 s) up to `most` (5 min). */
  readonly retry?: { readonly base: Milliseconds; readonly most: Milliseconds }
  /** Requests at one time. Default 4. */
  readonly atOnce?: number
  /** Calls `work` once after `delay`; returns the way to stop it. */
  readonly schedule?: (delay: Milliseconds, work: () => void) => () => void
  /** Told of decisions that cannot be carried out and of trouble with the thread; they are tried again at the next start. */
  readonly onProblem?: (problem: unknown, about: { readonly decisionEvent: EventId }) => void
}

export interface Delivery {
  /**
   * Puts the actions of a decision that stands in the thread into the outbox, or, for a reversal, takes them back.
   * Resolves when that is durable; delivery goes on by itself. Also done unasked for every `decision.taken` that the
   * thread tells of, so a caller needs it only to know the actions. Asking again changes nothing.
   *
   * Throws {@link OutboundError} `decision-missing`, `basis-missing`, `intervention-unknown` or `closed`.
   */
  carryOut(decisionEvent: EventId): Promise<readonly Action[]>
  /** Resolves once every decision in the thread is carried out as far as it can be: delivered, failed or undone. */
  idle(): Promise<void>
  /** Breaks off; what is not acknowledged goes on when the delivery is opened again. */
  close(): Promise<void>
}

/**
 * Opens the outbox of a thread and takes up what an earlier life left in it. Every order goes out by an idempotent PUT
 * until it is acknowledged, refused, taken back or too old; each step stands in the thread, the sending before it is done.
 * Throws {@link OutboundError} `endpoint-invalid`.
 */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const delivery = new ThreadDelivery({
    fetch: globalThis.fetch,
    timeout: 10 * second,
    retry: { base: second, most: 5 * minute },
    atOnce: 4,
    schedule: later,
    onProblem: () => {},
    ...options,
    endpoint: checkEndpoint(options.endpoint),
  })
  await delivery.start()
  return delivery
}

/** The actions of a decision as they stand in the thread. Throws {@link OutboundError} `decision-missing`. */
export async function actionsOf(thread: Thread, decisionEvent: EventId): Promise<readonly Action[]> {
  const taken = takenDecision(decisionEvent, await thread.get(decisionEvent))
  return (await entriesOf(thread, taken.decision.id, taken.event.id)).map(({ action }) => action)
}

const checkpoints = { stream: 'outbound', kind: 'outbox' }
const checkpointEvery = 50

class ThreadDelivery implements Delivery {
  readonly #options: Required<DeliveryOptions>
  readonly #sender: Sender
  /** Position of each decision whose actions are not all settled: a restart must look at them again. */
  readonly #open = new Map<EventId, number>()
  /** One thing at a time happens to the actions of a decision. */
  readonly #turns = new Map<EventId, Promise<unknown>>()
  #scanned = 0
  #scanning: Promise<void> = Promise.resolve()
  #settledSinceCheckpoint = 0
  #closed = false
  #unsubscribe = () => {}

  constructor(options: Required<DeliveryOptions>) {
    this.#options = options
    this.#sender = new Sender(options, (entry) => this.#onSettled(entry))
  }

  async start(): Promise<void> {
    const { thread } = this.#options
    const [checkpoint] = await thread.checkpoints(checkpoints.stream, checkpoints.kind, { limit: 1 })
    this.#scanned = checkpoint?.position ?? 0
    this.#unsubscribe = thread.subscribe((events) => {
      if (events.some(({ type }) => type === 'decision.taken')) void this.#scan()
    })
    await this.#scan()
  }

  async carryOut(decisionEvent: EventId): Promise<readonly Action[]> {
    if (this.#closed) throw new OutboundError('closed', 'the outbox is closed; open it again to carry out decisions')
    const entries = await this.#carry(takenDecision(decisionEvent, await this.#options.thread.get(decisionEvent)))
    return entries.map(({ action }) => action)
  }

  async idle(): Promise<void> {
    await this.#scan()
    while (!this.#closed && this.#turns.size + this.#sender.size > 0)
      await Promise.allSettled([...this.#turns.values(), this.#sender.settled()])
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#unsubscribe()
    await this.#sender.close()
    await Promise.allSettled([this.#scanning, ...this.#turns.values()])
    await this.#checkpoint()
  }

  /** Carries out every decision that came into the thread after the last one seen. */
  #scan(): Promise<void> {
    this.#scanning = this.#scanning.then(async () => {
      if (this.#closed) return
      const events: ThreadEvent[] = []
      for await (const event of this.#options.thread.readAll(this.#scanned, { types: ['decision.taken'] }))
        events.push(event)
      const found: TakenDecision[] = []
      for (const event of events) {
        this.#scanned = event.position
        // An erased decision has nothing left to carry out.
        if (event.payload === null) continue
        this.#open.set(event.id, event.position)
        try {
          found.push(takenDecision(event.id, event))
        } catch (problem) {
          this.#options.onProblem(problem, { decisionEvent: event.id })
        }
      }
      // Reversals first: what was taken back while nobody was here must not go out at the start.
      const reversals = found.filter(({ decision }) => decision.verb === 'reverse')
      for (const taken of [...reversals, ...found.filter(({ decision }) => decision.verb !== 'reverse')]) {
        if (this.#closed) return
        try {
          await this.#carry(taken)
        } catch (problem) {
          this.#options.onProblem(problem, { decisionEvent: taken.event.id })
        }
      }
    })
    const scan = this.#scanning
    // A thread that cannot be read now is read again at the next decision or start.
    this.#scanning = scan.catch((problem) => this.#options.onProblem(problem, { decisionEvent: 'outbound@0' }))
    return this.#scanning
  }

  #carry(taken: TakenDecision): Promise<readonly OutboxEntry[]> {
    return this.#inTurn(taken.event.id, async () => {
      const entries = taken.decision.verb === 'reverse' ? await this.#takeBack(taken) : await this.#queue(taken)
      for (const entry of entries) if (isPending(entry) && !this.#closed) this.#sender.send(entry)
      this.#noteSettled(taken.event.id, entries)
      return entries
    })
  }

  async #queue(taken: TakenDecision): Promise<readonly OutboxEntry[]> {
    const { thread } = this.#options
    const { decision, event } = taken
    const standing = await entriesOf(thread, taken.decision.id, taken.event.id)
    if (standing.length > 0 || decision.interventions.length === 0) return standing
    const { finding, expires } = await decidedRecommendation(thread, taken)
    const subject = await subjectIdentifier(thread, decision.subject)
    const events = decision.interventions.map((planned, index) => {
      const action = queuedAction(decision, index, planned)
      const intervention = this.#intervention(decision, planned.intervention)
      const order = fhirOrder({ actionId: action.id, decision, planned, intervention, subject, finding })
      return queuedEvent(decision, action, order, expires, [event.id])
    })
    try {
      await thread.append(events)
    } catch (error) {
      // Another worker queued them at the same moment, with the subject's identifier as it read it: then those stand.
      if (!(error instanceof ThreadError && error.code === 'idempotency-conflict')) throw error
    }
    return entriesOf(thread, taken.decision.id, taken.event.id)
  }

  /** For each action of the decision that is taken back: if it cannot have arrived, it is undone; else a stop goes after it. */
  async #takeBack(reversal: TakenDecision): Promise<readonly OutboxEntry[]> {
    const { thread, clock } = this.#options
    const original = await reversedDecision(thread, reversal)
    await this.#inTurn(original.event.id, async () => {
      const stops = await entriesOf(thread, reversal.decision.id, reversal.event.id)
      for (const [index, standing] of (await this.#queue(original)).entries()) {
        if (standing.action.delivery === 'undone') continue
        if (stops.some(({ action }) => action.undoes === standing.action.id)) continue
        const {
          action,
          order,
          reached,
          queuedEvent: queued,
        } = (await this.#sender.withdraw(standing.action.id)) ?? standing
        if (reached === 'no') {
          const undone: Action = { ...action, delivery: 'undone' }
          const sources = [original.event.id, reversal.event.id]
          await thread.append([actionEvent(undone, clock(), 'undone', sources, { reached, sent: false })])
          continue
        }
        const stop = queuedAction(reversal.decision, index, action.intervention, action.id)
        const stopQueued = queuedEvent(reversal.decision, stop, fhirStop(order, reversal.decision), null, [
          reversal.event.id,
          queued,
        ])
        const takenBack: Action = { ...action, delivery: 'failed', lastError: 'The decision was reversed' }
        const sources = [original.event.id, queued, reversal.event.id]
        const failed = actionEvent(takenBack, clock(), 'failed', sources, { reason: 'taken-back', reached })
        await thread.append(isPending({ action }) ? [failed, stopQueued] : [stopQueued])
      }
      this.#noteSettled(original.event.id, await entriesOf(thread, original.decision.id, original.event.id))
    })
    return entriesOf(thread, reversal.decision.id, reversal.event.id)
  }

  #intervention({ twin }: Decision, name: string): Intervention {
    const kind = parseTwinId(twin)?.kind
    const definition = this.#options.definitions.find((each) => each.kind === kind)
    const intervention = definition?.interventions.find((each) => each.name === name)
    if (intervention === undefined)
      throw new OutboundError(
        'intervention-unknown',
        `the decision about twin "${twin}" names the intervention "${name}"; ${definition ? `its definition has ${definition.interventions.map((each) => each.name).join(', ')}` : `there is no definition of kind "${kind}"`}`,
      )
    return intervention
  }

  #inTurn<T>(id: EventId, work: () => Promise<T>): Promise<T> {
    const mine = (this.#turns.get(id) ?? Promise.resolve()).then(work, work)
    this.#turns.set(id, mine)
    const leave = () => {
      if (this.#turns.get(id) === mine) this.#turns.delete(id)
    }
    mine.then(leave, leave)
    return mine
  }

  async #onSettled({ decisionEvent }: OutboxEntry): Promise<void> {
    const { thread } = this.#options
    const event = await thread.get(decisionEvent)
    if (event === undefined || event.payload === null) this.#open.delete(decisionEvent)
    else
      this.#noteSettled(
        decisionEvent,
        await entriesOf(thread, takenDecision(decisionEvent, event).decision.id, decisionEvent),
      )
    if (this.#settledSinceCheckpoint >= checkpointEvery) await this.#checkpoint()
  }

  #noteSettled(id: EventId, entries: readonly OutboxEntry[]): void {
    if (!entries.some(isPending) && this.#open.delete(id)) this.#settledSinceCheckpoint++
  }

  /** Remembers up to where all is settled, so that a restart need not look at every decision ever taken. */
  async #checkpoint(): Promise<void> {
    this.#settledSinceCheckpoint = 0
    const position = Math.min(this.#scanned, ...[...this.#open.values()].map((each) => each - 1))
    const { thread, clock } = this.#options
    await thread.putCheckpoint({ ...checkpoints, effective: clock(), position, subject: null, bytes: new Uint8Array() })
    await thread.dropCheckpoints(checkpoints.stream, checkpoints.kind, { keepNewest: 1 })
  }
}

function later(delay: Milliseconds, work: () => void): () => void {
  const timer = setTimeout(work, delay)
  return () => clearTimeout(timer)
}
