/** One number of a whole run; times in the pathway's unit. Where nothing was seen a mean is NaN. */
export type Metric =
  /** People who came, from these sources or all. */
  | { readonly kind: 'arrivals'; readonly sources?: readonly string[] }
  /** People who left the pathway, however. */
  | { readonly kind: 'departures'; readonly classes?: readonly string[] }
  /** Mean wait of those whom the step began to serve, also of those still there at the end. */
  | { readonly kind: 'mean-wait'; readonly step: string; readonly classes?: readonly string[] }
  /** Mean time in the pathway of those who left it. */
  | { readonly kind: 'mean-stay'; readonly classes?: readonly string[] }
  /** Of those who left, the part that stayed no longer than this. */
  | { readonly kind: 'share-within'; readonly time: number; readonly classes?: readonly string[] }
  /** People who left the lines of these steps because their patience ended. */
  | { readonly kind: 'left-waiting'; readonly steps: readonly string[] }
  /** Mean number of people waiting for these steps. */
  | { readonly kind: 'mean-waiting'; readonly steps: readonly string[] }
  /**
   * Busy over available unit-time. `whole` counts the activities under way at the end at their whole length over the
   * capacity at the end, as programs do that add up sampled durations; it may pass 1.
   */
  | { readonly kind: 'utilisation'; readonly resource: string; readonly counting?: 'elapsed' | 'whole' }
  | { readonly kind: 'mean-present' }

/** One number at each moment of a forecast; what is counted over time is counted since the moment before. */
export type Quantity =
  /** People in the pathway, of these classes, who have been there longer than this. */
  | { readonly kind: 'present'; readonly classes?: readonly string[]; readonly longerThan?: number }
  /** People waiting for these steps. */
  | { readonly kind: 'waiting'; readonly steps: readonly string[] }
  /** People in these steps, not counting those who wait in their lines. */
  | { readonly kind: 'in'; readonly steps: readonly string[] }
  /** People in these steps and in their lines. */
  | { readonly kind: 'at'; readonly steps: readonly string[] }
  /** Units in use, outgoing staff in overtime among them. */
  | { readonly kind: 'busy'; readonly resource: string }
  /** Units that are there: on duty, open, not broken. */
  | { readonly kind: 'capacity'; readonly resource: string }
  /** Units in use in per cent of capacity; NaN without capacity. */
  | { readonly kind: 'occupancy'; readonly resource: string }
  /** Mean wait of those whom these steps began to serve; NaN for nobody. */
  | { readonly kind: 'mean-wait'; readonly steps: readonly string[] }
  | { readonly kind: 'departures'; readonly classes?: readonly string[] }
  | { readonly kind: 'left-waiting'; readonly steps: readonly string[] }
