export {
  type Code,
  encodeModule,
  f64,
  i32,
  type Signature,
  type ValueType,
  v128,
  type WasmFunction,
} from './encode.ts'
export * as w from './instructions.ts'
