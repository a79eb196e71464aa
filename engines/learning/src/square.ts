/** x·x: ECMAScript leaves the last bits of `**` to the engine (ECMA-262, section 6.1.6.1.3), a product it does not. */
export function square(x: number): number {
  return x * x
}
