/** A closed curve with its spread: one loop per ensemble member shown, and the mean one. */
export interface Curve {
  readonly label: string
  readonly x: readonly number[]
  readonly y: readonly number[]
}

/** What a twin can draw of its subject: curves over two labelled axes. */
export interface Picture {
  readonly kind: 'curves'
  readonly title: string
  /** A sentence that says what is seen, for those who cannot see it. */
  readonly description: string
  readonly x: { readonly label: string; readonly unit: string }
  readonly y: { readonly label: string; readonly unit: string }
  /** Thin curves: members of the ensemble. */
  readonly members: readonly Curve[]
  /** The one that stands for all. */
  readonly central: Curve
}
